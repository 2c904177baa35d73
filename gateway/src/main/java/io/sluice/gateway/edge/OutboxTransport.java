package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.sluice.gateway.protocol.JsonReplies;
import io.sluice.gateway.protocol.WireForm;

/// What all transports have in common: a socket, the messages that wait for it, and how they are
/// written. Confined to the loop.
abstract class OutboxTransport implements Transport {
  final Channel channel;
  final Outbox outbox;
  private WireForm form;

  /// @param outboxLimit bytes
  OutboxTransport(Channel channel, WireForm form, long outboxLimit) {
    this.channel = channel;
    this.form = form;
    this.outbox = new Outbox(channel, outboxLimit);
  }

  @Override
  public final WireForm form() {
    return form;
  }

  @Override
  public final boolean append(byte[] message) {
    return outbox.add(message);
  }

  @Override
  public final boolean waiting() {
    return !outbox.isEmpty();
  }

  @Override
  public final void markEach() {
    form = form.withMarks();
  }

  /// Without room the client keeps an older one, which costs it nothing but a longer way back.
  @Override
  public boolean mark(String token) {
    return outbox.add(JsonReplies.mark(form, token));
  }
}
