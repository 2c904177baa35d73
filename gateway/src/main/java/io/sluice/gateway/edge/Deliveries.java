package io.sluice.gateway.edge;

import io.sluice.gateway.hub.Lost;
import io.sluice.gateway.hub.Subscriber;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.WireForm;

/// A connection as the hub sees it: what publications go through. Confined to the loop.
final class Deliveries implements Subscriber {
  private final Connection connection;
  private final Transport transport;
  private final LoopContext loop;
  private int lanes;
  private long taken;

  Deliveries(Connection connection, Transport transport, LoopContext loop) {
    this.connection = connection;
    this.transport = transport;
    this.loop = loop;
  }

  @Override
  public WireForm form() {
    return transport.form();
  }

  @Override
  public Offered offer(byte[] push) {
    if (connection.ended()) {
      return Offered.DROPPED;
    }
    // a turn may bring more than the outbox holds to a client that reads as fast as anyone could
    if (!transport.offer(push)) {
      transport.flush();
      if (!transport.offer(push)) {
        return Offered.FULL;
      }
    }
    loop.delivered();
    taken++;
    return Offered.TAKEN;
  }

  /// How many publications it was given.
  long taken() {
    return taken;
  }

  @Override
  public void flush() {
    connection.flush();
  }

  @Override
  public boolean backlogged() {
    return transport.backlogged();
  }

  @Override
  public void whenRoom(Runnable then) {
    transport.whenRoom(then);
  }

  @Override
  public void insufficientState(Subscription subscription, Lost why) {
    connection.subscriptions().insufficientState(subscription, why);
  }

  @Override
  public void broken(Throwable cause) {
    connection.endSoon(Disconnect.SERVER_ERROR);
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
