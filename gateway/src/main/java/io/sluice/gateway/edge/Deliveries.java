package io.sluice.gateway.edge;

import io.sluice.gateway.hub.LoopAges;
import io.sluice.gateway.hub.Lost;
import io.sluice.gateway.hub.Subscriber;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.WireForm;
import org.jspecify.annotations.Nullable;

/// A connection as the hub sees it: what publications go through. Confined to the loop.
final class Deliveries implements Subscriber {
  private final Connection connection;
  private final Transport transport;
  private final LoopContext loop;
  private int lanes;
  private long taken;

  // of news that are not written yet
  private long oldest;
  private int news;
  private @Nullable LoopAges ages;
  private @Nullable OtherNews others;

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

  /// For a write, however much is in it, only the oldest of each namespace is kept in mind.
  @Override
  public void news(long time, LoopAges of) {
    if (ages != null && ages != of) {
      others = OtherNews.with(others, time, of);
      return;
    }
    oldest = news++ == 0 ? time : Math.min(oldest, time);
    ages = of;
  }

  /// As much was written as the socket took. Once it has all, the news in it count.
  void flushed() {
    LoopAges counting = ages;
    if (counting == null || transport.waiting() || transport.backlogged()) {
      return;
    }
    if (!connection.ended() && connection.channel().isActive()) { // else it was thrown away
      long now = System.currentTimeMillis();
      counting.add(now - oldest, news);
      OtherNews.count(others, now);
    }
    ages = null;
    OtherNews.clear(others); // kept for the next ones: writes make nothing
    news = 0;
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
