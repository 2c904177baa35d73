package io.sluice.perf.bench;

import io.sluice.broker.ByteSize;
import io.sluice.broker.MicroPartition;
import io.sluice.broker.TailListener;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.broker.Window;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/// A window that is filled when told to, in channels' turn, and told of by the bytes it accounts
/// for. Not for people.
final class CachedRecordsMain {
  /// Nothing leaves it.
  private static final ByteSize ROOM = ByteSize.mib(1 << 12);

  private CachedRecordsMain() {}

  /// Fills it whenever a line comes, until standard input ends.
  ///
  /// @param arguments channels, records of each, bytes of a value
  public static void main(String[] arguments) throws IOException {
    int channels = Integer.parseInt(arguments[0]);
    int each = Integer.parseInt(arguments[1]);
    byte[] value = new byte[Integer.parseInt(arguments[2])];
    MicroPartition log = partition();
    append(partition(), 1, 1, value); // loads what it needs
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    System.out.println("ready");
    while (orders.readLine() != null) {
      append(log, channels, each, value);
      System.out.println(log.window().bytes());
    }
  }

  private static MicroPartition partition() {
    return new MicroPartition(TopicBinding.of("default", "t"), ROOM, new Nobody());
  }

  private static void append(MicroPartition log, int channels, int each, byte[] value) {
    for (int i = 0; i < each; i++) {
      for (int channel = 0; channel < channels; channel++) {
        log.append("channel-" + channel, value); // a text of its own each, as from Kafka
      }
    }
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
