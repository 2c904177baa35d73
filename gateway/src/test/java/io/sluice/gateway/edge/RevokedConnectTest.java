package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A revocation that comes while a connect is being answered: its token was good when it was
/// judged, and it is among its user's connections only afterwards.
final class RevokedConnectTest {
  private static final Claims ANN =
      new Claims("ann", Optional.empty(), Optional.empty(), List.of());

  private final AtomicBoolean revoked = new AtomicBoolean();
  private final EdgeContext context =
      TestEdge.context(
          new TokenVerifier(
              TestEdge.CONFIG.tokens(),
              Clock.systemUTC(),
              Runnable::run,
              10,
              (_, _, _) -> revoked.get()));
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());
  private final Connection connection = connection();

  private Connection connection() {
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context, loop, channel, new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
  }

  @AfterEach
  void close() {
    channel.releaseOutbound();
    loop.close();
  }

  @Test
  void whoWasNotFoundYetIsEndedWhenItsConnectIsAnswered() {
    revoked.set(true); // those that are connected have been ended by now
    connection.connected(ANN);
    assertThat(connection.ended()).isTrue();
    assertThat(context.users().of("ann")).isEmpty();
  }

  @Test
  void whoIsConnectedIsFoundUntilItIsGone() {
    connection.connected(ANN);
    assertThat(connection.ended()).isFalse();
    assertThat(context.users().of("ann")).containsExactly(connection);
    connection.gone();
    assertThat(context.users().of("ann")).isEmpty();
  }
}
