package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Encoding;

/// Messages of a client of the protocol, for its connection.
final class ProtocolMessages implements WebSocketHandler.Messages {
  private final Connection connection;
  private final Channel channel;

  ProtocolMessages(Connection connection, Channel channel) {
    this.connection = connection;
    this.channel = channel;
  }

  @Override
  public void text(byte[] message) {
    receive(Encoding.JSON, message);
  }

  @Override
  public void binary(byte[] message) {
    receive(Encoding.PROTOBUF, message);
  }

  private void receive(Encoding written, byte[] message) {
    if (connection.encoding() == written) {
      connection.intake().receive(message);
    } else {
      connection.end(Disconnect.BAD_REQUEST);
    }
  }

  @Override
  public void violation(int code, String reason) {
    if (code == Disconnect.TOO_LARGE.code()) {
      connection.end(Disconnect.TOO_LARGE);
    } else {
      connection.violated();
      Frames.close(channel, code, reason);
    }
  }

  @Override
  public void readComplete() {
    connection.flush();
  }

  @Override
  public void flooded() {
    connection.flooded();
  }

  @Override
  public void stalled() {
    connection.end(Disconnect.SLOW);
  }

  @Override
  public void gone() {
    connection.gone();
  }

  @Override
  public boolean ended() {
    return connection.ended();
  }

  @Override
  public boolean mayRead() {
    return connection.intake().mayRead();
  }
}
