package io.sluice.gateway.edge;

import io.netty.channel.Channel;

/// What a unidirectional WebSocket sends is of no interest, only that it ends or breaks the rules.
final class UniMessages implements WebSocketHandler.Messages {
  private final Connection connection;
  private final ProtocolMessages rest;

  UniMessages(Connection connection, Channel channel) {
    this.connection = connection;
    this.rest = new ProtocolMessages(connection, channel);
  }

  @Override
  public void text(byte[] message) {
    // nothing can be asked for on this transport
  }

  @Override
  public void binary(byte[] message) {
    // nor this way
  }

  @Override
  public void violation(int code, String reason) {
    rest.violation(code, reason);
  }

  @Override
  public void readComplete() {
    // nothing it sends is answered
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
}
