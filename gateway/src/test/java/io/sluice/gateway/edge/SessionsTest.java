package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Who keeps a session, in whatever order its holders come and are told of.
final class SessionsTest {
  private final WatchedStore store = new WatchedStore();
  private final Sessions sessions = store.sessions();
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());
  private final Connection connection = connection();

  private Connection connection() {
    EdgeContext context = TestEdge.context(null, sessions);
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context, loop, channel, new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
  }

  private SessionHold hold() {
    return SessionHold.open(connection, "ann", "tab").toCompletableFuture().join();
  }

  @AfterEach
  void close() {
    channel.releaseOutbound();
    loop.close();
    store.close();
  }

  @Test
  void theHighestGenerationKeepsIt() {
    SessionHold first = hold();
    SessionHold second = hold();
    assertThat(sessions.enter(second)).isTrue();
    assertThat(sessions.enter(first)).isFalse();
    sessions.leave(first, first.opened().state());
    assertThat(sessions.holds(second.key())).isTrue();
  }

  /// The other node's word was quicker than this one's own opening.
  @Test
  void whoIsTakenOverBeforeItComesDoesNotKeepIt() {
    SessionHold hold = hold();
    assertThat(sessions.takenOver(hold.key(), hold.generation() + 1)).isFalse();
    assertThat(sessions.enter(hold)).isFalse();
    assertThat(sessions.holds(hold.key())).isFalse();
    assertThat(sessions.enter(hold())).as("another opening is later still").isTrue();
  }
}
