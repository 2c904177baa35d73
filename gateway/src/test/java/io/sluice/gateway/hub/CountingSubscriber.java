package io.sluice.gateway.hub;

import io.sluice.gateway.protocol.WireForm;

/// Keeps nothing of what it is given and allocates nothing; tells of its writes.
final class CountingSubscriber implements Subscriber {
  private final WireForm form;
  private final Runnable onWrite;
  int offered;

  /// Pushes since the last write.
  int waiting;

  private int lanes;

  /// @param onWrite runs at each flush that has something to write
  CountingSubscriber(WireForm form, Runnable onWrite) {
    this.form = form;
    this.onWrite = onWrite;
  }

  @Override
  public WireForm form() {
    return form;
  }

  @Override
  public Offered offer(byte[] push) {
    offered++;
    waiting++;
    return Offered.TAKEN;
  }

  @Override
  public void news(long time, LoopAges ages) {
    ages.add(1, 1);
  }

  @Override
  public void flush() {
    if (waiting > 0) {
      waiting = 0;
      onWrite.run();
    }
  }

  @Override
  public boolean backlogged() {
    return false;
  }

  @Override
  public void whenRoom(Runnable then) {
    throw new AssertionError("there is always room");
  }

  @Override
  public void insufficientState(Subscription subscription, Lost why) {
    throw new AssertionError("nothing is lost here");
  }

  @Override
  public void broken(Throwable cause) {
    throw new IllegalStateException(cause);
  }

  @Override
  public int lanes() {
    return lanes;
  }

  @Override
  public void lanes(int lanes) {
    this.lanes = lanes;
  }
}
