package io.sluice.gateway.hub;

import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Keeps what a connection would have written.
final class RecordingSubscriber implements Subscriber {
  private static final Pattern OFFSET = Pattern.compile("\"offset\":(\\d+)");

  private final WireForm form;
  final List<String> pushes = new ArrayList<>();

  /// The very arrays.
  final List<byte[]> raw = new ArrayList<>();

  /// The times of those that had just come.
  final List<Long> news = new ArrayList<>();

  final List<Subscription> insufficient = new ArrayList<>();
  final List<Throwable> broken = new ArrayList<>();
  boolean fail;

  /// There is no memory for what it is given.
  boolean exhausted;

  /// Its outbox is full.
  boolean full;

  /// Its socket takes one write and no more.
  boolean fullAfterFlush;

  /// Pushes it takes before its outbox is full; below 0: as many as come.
  int room = -1;

  private final List<Runnable> waiting = new ArrayList<>();
  final List<Lost> why = new ArrayList<>();
  private int lanes;
  int flushes;
  private CountDownLatch expected = new CountDownLatch(0);

  RecordingSubscriber() {
    this(WireForm.JSON);
  }

  RecordingSubscriber(WireForm form) {
    this.form = form;
  }

  /// Before it is subscribed: comes down when so many pushes were taken.
  CountDownLatch expect(int pushes) {
    expected = new CountDownLatch(pushes);
    return expected;
  }

  @Override
  public WireForm form() {
    return form;
  }

  @Override
  public Offered offer(byte[] push) {
    if (fail) {
      throw new IllegalStateException("as the test wants it");
    }
    if (exhausted) {
      throw new OutOfMemoryError("as the test wants it");
    }
    if (full || (room >= 0 && room-- == 0)) {
      full = true;
      return Offered.FULL;
    }
    raw.add(push);
    pushes.add(new String(push, StandardCharsets.UTF_8));
    expected.countDown();
    return Offered.TAKEN;
  }

  @Override
  public void news(long time, LoopAges ages) {
    news.add(time);
  }

  @Override
  public void flush() {
    flushes++;
    full |= fullAfterFlush;
  }

  @Override
  public boolean backlogged() {
    return full;
  }

  @Override
  public void whenRoom(Runnable then) {
    waiting.add(then);
  }

  /// Its socket has taken everything.
  void drain(int room) {
    this.full = false;
    this.room = room;
    List<Runnable> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(Runnable::run);
  }

  @Override
  public void insufficientState(Subscription subscription, Lost lost) {
    insufficient.add(subscription);
    why.add(lost);
  }

  @Override
  public void broken(Throwable cause) {
    broken.add(cause);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void lanes(int stands) {
    lanes = stands;
  }

  /// The offsets of the publications, in the order they came.
  List<Long> offsets() {
    return pushes.stream()
        .map(push -> {
          Matcher m = OFFSET.matcher(push);
          return m.find() ? Long.parseLong(m.group(1)) : -1L;
        })
        .toList();
  }
}
