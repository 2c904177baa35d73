package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connections of one loop that are sent the very same message, each in its own layout.
final class SharedWritesTest {
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());
  private final byte[] push = "{\"push\":{}}".getBytes(StandardCharsets.UTF_8);

  @AfterEach
  void close() {
    loop.close();
  }

  private String written(EmbeddedChannel channel, OutboxTransport transport) {
    assertThat(transport.offer(push)).isTrue();
    transport.flush();
    StringBuilder all = new StringBuilder();
    for (Object out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      if (out instanceof ByteBuf bytes) {
        all.append(bytes.toString(StandardCharsets.ISO_8859_1));
        bytes.release();
      }
    }
    return all.toString();
  }

  private String webSocket(WireForm form) {
    EmbeddedChannel channel = new EmbeddedChannel();
    return written(channel, new WebSocketTransport(loop, channel, form, 64 * 1024));
  }

  private String stream(StreamStyle style) {
    EmbeddedChannel channel = new EmbeddedChannel();
    String all =
        written(
            channel,
            new StreamTransport(loop, channel, style, new DefaultHttpHeaders(), 64 * 1024));
    return all.startsWith("retry:") ? all.substring(all.indexOf("\n\n") + 2) : all;
  }

  @Test
  void eachGetsItInItsOwnLayout() {
    for (int round = 0; round < 2; round++) {
      assertThat(webSocket(WireForm.JSON)).isEqualTo("\u0081\u000b{\"push\":{}}");
      assertThat(stream(StreamStyle.EVENTS)).isEqualTo("13\r\ndata: {\"push\":{}}\n\n\r\n");
      assertThat(stream(StreamStyle.LINES)).isEqualTo("c\r\n{\"push\":{}}\n\r\n");
      assertThat(stream(StreamStyle.MESSAGES)).isEqualTo("b\r\n{\"push\":{}}\r\n");
      assertThat(webSocket(WireForm.PROTOBUF)).isEqualTo("\u0082\u000b{\"push\":{}}");
      assertThat(stream(StreamStyle.LINES)).isEqualTo("c\r\n{\"push\":{}}\n\r\n");
      assertThat(webSocket(WireForm.JSON)).isEqualTo("\u0081\u000b{\"push\":{}}");
    }
  }
}
