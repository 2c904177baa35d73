package io.sluice.perf.micro;

import io.sluice.gateway.hub.LoopAges;
import io.sluice.gateway.hub.Lost;
import io.sluice.gateway.hub.Subscriber;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.WireForm;

/// A connection without a socket. Confined to its loop.
final class CountingSubscriber implements Subscriber {
  private long offered;
  private long unflushed;
  private int lanes;

  /// The pushes it was given.
  long offered() {
    return offered;
  }

  /// Those of them given since the last flush.
  long unflushed() {
    return unflushed;
  }

  @Override
  public WireForm form() {
    return WireForm.JSON;
  }

  @Override
  public Offered offer(byte[] push) {
    offered++;
    unflushed++;
    return Offered.TAKEN;
  }

  @Override
  public void news(long time, LoopAges ages) {
    ages.add(System.currentTimeMillis() - time, 1);
  }

  @Override
  public void flush() {
    unflushed = 0;
  }

  @Override
  public boolean backlogged() {
    return false;
  }

  @Override
  public void whenRoom(Runnable then) {
    throw new IllegalStateException("there is always room");
  }

  @Override
  public void insufficientState(Subscription subscription, Lost why) {
    throw new IllegalStateException("overtaken by the window: " + subscription.name());
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
  public void lanes(int stands) {
    lanes = stands;
  }
}
