package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class WebSocketHandlerTest {
  private static final int MAX_UNREAD = 100;

  private final List<String> heard = new ArrayList<>();

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new WebSocketHandler(
              new WebSocketHandler.Messages() {
                @Override
                public void text(byte[] message) {
                  heard.add("text");
                }

                @Override
                public void binary(byte[] message) {
                  heard.add("binary");
                }

                @Override
                public void readComplete() {
                  // nothing is answered
                }

                @Override
                public void violation(int code, String reason) {
                  heard.add("violation");
                }

                @Override
                public void flooded() {
                  heard.add("flooded");
                }

                @Override
                public void stalled() {
                  heard.add("stalled");
                }

                @Override
                public void gone() {
                  heard.add("gone");
                }

                @Override
                public boolean ended() {
                  return false;
                }

                @Override
                public boolean mayRead() {
                  return true;
                }
              },
              1_000,
              Optional.empty(),
              MAX_UNREAD));

  private static PingWebSocketFrame ping() {
    return new PingWebSocketFrame(Unpooled.wrappedBuffer(new byte[5]));
  }

  @Test
  void whoPingsAndLeavesMoreThanTheLimitUnreadIsCut() {
    var _ = channel.write(Unpooled.wrappedBuffer(new byte[MAX_UNREAD + 1])); // the socket is full

    channel.writeInbound(ping());

    assertThat(channel.isOpen()).isFalse();
    assertThat(heard).startsWith("flooded");
  }

  @Test
  void whoPingsAndReadsIsAnswered() {
    channel.writeInbound(ping());

    assertThat(channel.isOpen()).isTrue();
    assertThat(channel.outboundMessages()).hasSize(1);
    channel.checkException();
    channel.releaseOutbound();
  }
}
