package io.sluice.perf.micro;

import io.sluice.gateway.hub.Subscriber;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.WireForm;

/// A connection without a socket. Confined to its loop.
final class CountingSubscriber implements Subscriber {
  private long offered;
  private long unflushed;
  private boolean dirty;

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
  public boolean offer(byte[] push) {
    offered++;
    unflushed++;
    return true;
  }

  @Override
  public void flush() {
    unflushed = 0;
  }

  @Override
  public void insufficientState(Subscription subscription) {
    throw new IllegalStateException("overtaken by the window: " + subscription.name());
  }

  @Override
  public void broken(RuntimeException cause) {
    throw cause;
  }

  @Override
  public boolean markDirty() {
    boolean first = !dirty;
    dirty = true;
    return first;
  }

  @Override
  public void clearDirty() {
    dirty = false;
  }
}
