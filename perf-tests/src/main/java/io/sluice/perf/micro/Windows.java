package io.sluice.perf.micro;

import io.sluice.broker.ByteSize;
import io.sluice.broker.MicroPartition;
import io.sluice.broker.Position;
import io.sluice.broker.PositionPlan;
import io.sluice.broker.TailListener;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import java.nio.charset.StandardCharsets;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// A full window of records of 200 B, of channels that take turns.
@State(Scope.Benchmark)
public class Windows {
  private static final int CHANNELS = 1_024;
  private static final int NEWEST = 100;
  private static final int STRETCH = 1_000;

  /// Room for the newest 100 records of all channels: 102,400 of about 245 B, index included.
  private static final ByteSize BUDGET = ByteSize.mib(32);

  private static final String[] KEYS =
      IntStream.range(0, CHANNELS).mapToObj("channel-%04d"::formatted).toArray(String[]::new);

  private final byte[] value = Payload.json(200);
  private final MicroPartition log = full(value);
  private final Window window = log.window();
  private final Position position = new Position(window.epoch(), window.tail() - STRETCH);
  private final byte[] key = KEYS[0].getBytes(StandardCharsets.UTF_8);
  private int turn;

  private static MicroPartition full(byte[] value) {
    var log = new MicroPartition(TopicBinding.of("default", "t"), BUDGET, new Nobody());
    for (int i = 0; log.window().floor() == 0 || i % CHANNELS != 0; i++) {
      log.append(KEYS[i % CHANNELS], value);
    }
    return log;
  }

  private String nextKey() {
    return KEYS[turn++ & (CHANNELS - 1)];
  }

  /// Appends a record and moves the tail; the oldest leave.
  @Benchmark
  public void append200B() {
    log.append(nextKey(), value);
  }

  /// Finds the newest 100 records of a channel.
  @Benchmark
  public long[] lookUpNewest100() {
    long tail = window.tail();
    return window.channel(nextKey(), tail - NEWEST * CHANNELS, tail, NEWEST);
  }

  /// Goes over the newest 1,000 records, looking at each one's key and offset as a loop does; a
  /// record is an operation.
  @Benchmark
  @OperationsPerInvocation(STRETCH)
  public long cursorOver1000() {
    long tail = window.tail();
    WindowCursor cursor = window.cursor(tail - STRETCH, tail);
    long sum = 0;
    while (cursor.next()) {
      sum += cursor.offset() + cursor.key().length();
    }
    return sum;
  }

  /// Judges the position of a client that comes back and has missed little.
  @Benchmark
  public PositionPlan resolvePosition() {
    return log.plan(position, key);
  }

  private static final class Nobody implements TailListener {
    @Override
    public void appended(TailedPartition partition, Window window, long from, long to) {}

    @Override
    public void replaced(TailedPartition partition, Window old) {}

    @Override
    public void repartitioned(TopicBinding binding, int before, int now) {}
  }
}
