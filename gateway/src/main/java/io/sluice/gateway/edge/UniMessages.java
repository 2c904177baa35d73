package io.sluice.gateway.edge;

import io.netty.channel.Channel;

/// What a unidirectional WebSocket sends is of no interest, only how often, and that it ends or
/// breaks the rules.
final class UniMessages implements WebSocketHandler.Messages {
  private final Connection connection;
  private final ProtocolMessages rest;

  UniMessages(Connection connection, Channel channel) {
    this.connection = connection;
    this.rest = new ProtocolMessages(connection, channel);
  }

  @Override
  public void text(byte[] message) {
    connection.intake().ignored();
  }

  @Override
  public void binary(byte[] message) {
    connection.intake().ignored();
  }

  @Override
  public void violation(int code, String reason) {
    rest.violation(code, reason);
  }

  @Override
  public void readComplete() {
    rest.readComplete();
  }

  @Override
  public void flooded() {
    rest.flooded();
  }

  @Override
  public void stalled() {
    rest.stalled();
  }

  @Override
  public void pong() {
    connection.answeredPing();
  }

  @Override
  public void gone() {
    rest.gone();
  }

  @Override
  public boolean ended() {
    return rest.ended();
  }

  @Override
  public boolean mayRead() {
    return rest.mayRead();
  }
}
