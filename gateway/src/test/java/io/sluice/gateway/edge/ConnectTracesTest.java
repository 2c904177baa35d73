package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// However a connect ends, whoever follows it is told so, once.
final class ConnectTracesTest {
  private static final Claims ANN =
      new Claims("ann", Optional.empty(), Optional.empty(), List.of());

  private final List<String> told = new ArrayList<>();
  private final EdgeContext context =
      TestEdge.context(
          new TokenVerifier(
              TestEdge.CONFIG.tokens(),
              Clock.systemUTC(),
              _ -> {}, // never judges
              10,
              (_, _, _) -> false),
          this::begins);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());
  private final Connection connection = connection();

  private ConnectTraces.Connect begins(String transport) {
    told.add(transport);
    return new ConnectTraces.Connect() {
      @Override
      public <T> T during(Supplier<T> work) {
        return work.get();
      }

      @Override
      public void answered() {
        told.add("answered");
      }

      @Override
      public void failed(String why, ConnectTraces.Fault fault) {
        told.add(why + " " + fault);
      }
    };
  }

  private Connection connection() {
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context, loop, channel, new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
  }

  /// It is being answered from then on.
  private void connect() {
    connection.connect(
        new Command.Connect(
            1, "a token", Optional.empty(), Map.of(), Map.of(), Set.of(), "js", "1"),
        "");
  }

  @AfterEach
  void close() {
    channel.releaseOutbound();
    loop.close();
  }

  @Test
  void oneThatIsAnsweredIsOverThen() {
    connect();
    connection.connected(ANN);
    connection.gone();
    assertThat(told).containsExactly("websocket", "answered");
  }

  @Test
  void aClientMayLeaveBefore() {
    connect();
    connection.gone();
    connection.gone();
    assertThat(told).containsExactly("websocket", "client CLIENT");
  }

  @Test
  void oneThatIsRefusedMayBeFollowedByAnother() {
    connect();
    connection.refused(1, ErrorCode.TOKEN_EXPIRED);
    connect();
    connection.end(Disconnect.STALE);
    assertThat(told).containsExactly("websocket", "109 CLIENT", "websocket", "stale CLIENT");
  }

  @Test
  void whatFailsHereIsTheNodesFault() {
    connect();
    connection.failed("a test", new IllegalStateException("as the test wants it"));
    connection.gone();
    assertThat(told).containsExactly("websocket", "server-error NODE");
  }

  @Test
  void whoNeverAskedIsNotFollowed() {
    connection.gone();
    assertThat(told).isEmpty();
  }
}
