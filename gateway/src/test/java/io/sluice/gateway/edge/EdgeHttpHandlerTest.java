package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpServerCodec;
import io.sluice.gateway.edge.Emulations.Taken;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.PositionTokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Requests whose answer another node owes.
final class EdgeHttpHandlerTest {
  private static final String KEY = "k-1";
  private static final String ELSEWHERE = "m";

  private final CompletableFuture<Taken> owed = new CompletableFuture<>();
  private final EdgeContext context =
      TestEdge.context(new Emulations("n", KEY, (node, session, commands) -> owed));
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());
  private final EmbeddedChannel channel = new EmbeddedChannel();

  EdgeHttpHandlerTest() {
    var _ = Peer.accept(channel, context.admission());
    channel
        .pipeline()
        .addLast(
            new HttpServerCodec(),
            new EdgeHttpHandler(
                context, loop, new Cors(new Origins(List.of())), () -> true, channel));
  }

  @AfterEach
  void close() {
    channel.finishAndReleaseAll();
    loop.close();
  }

  private static String request() {
    String body =
        "{\"session\":\""
            + new SessionNames(KEY).next(ELSEWHERE)
            + "\",\"node\":\""
            + ELSEWHERE
            + "\",\"data\":\"{}\"}";
    return "POST /emulation HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + body.length()
        + "\r\n\r\n"
        + body;
  }

  private void send(String bytes) {
    channel.writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.US_ASCII));
  }

  private String answers() {
    channel.runPendingTasks();
    StringBuilder all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.append(out.toString(StandardCharsets.US_ASCII));
      out.release();
    }
    return all.toString();
  }

  @Test
  void theAnswerComesWhenTheOtherNodeHasAnswered() {
    send(request());
    assertThat(answers()).isEmpty();
    owed.complete(Taken.YES);
    assertThat(answers()).startsWith("HTTP/1.1 204");
    send(request());
    assertThat(answers()).startsWith("HTTP/1.1 204");
    assertThat(channel.isOpen()).isTrue();
  }

  /// Its answer would come first.
  @Test
  void whoSendsMoreBeforeTheAnswerIsCut() {
    send(request() + request());
    assertThat(channel.isOpen()).isFalse();
    owed.complete(Taken.YES);
    assertThat(answers()).isEmpty();
  }
}
