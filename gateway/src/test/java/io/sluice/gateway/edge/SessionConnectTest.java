package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.SessionRequest;
import io.sluice.gateway.protocol.WireForm;
import io.sluice.session.Checkpoint;
import io.sluice.session.Opened;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Connects whose session is opened, and what can go wrong then.
final class SessionConnectTest {
  private static final TokenConfig TOKENS =
      ConfigLoader.parse(
              "",
              Map.of(),
              Map.of(
                  "sluice.kafka.bootstrap-servers", "kafka:9092",
                  "sluice.api.key", "k-1",
                  "sluice.tokens.hmac-secret", "a secret that is long enough for HS256"))
          .tokens();

  private final ManualLoop tasks = new ManualLoop();
  private final AtomicLong closed = new AtomicLong();
  private final List<Checkpoint> written = new CopyOnWriteArrayList<>();

  /// Whether Redis answers too late.
  private boolean late;

  private final WatchedStore store =
      new WatchedStore() {
        @Override
        public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
          return super.open(key, info).thenApply(it -> late ? guessed(it) : it);
        }

        @Override
        public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
          written.addAll(batch);
          return super.checkpoint(batch);
        }

        @Override
        public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
          closed.set(generation);
          return super.close(key, generation, last);
        }
      };
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop =
      TestEdge.loop(new Hub(List.of(tasks), new PositionTokens("key")).shards().getFirst());
  private final Connection connection = connection();

  private Connection connection() {
    EdgeContext context =
        TestEdge.context(
            new TokenVerifier(TOKENS, Clock.systemUTC(), Runnable::run, 10, (_, _, _) -> false),
            store.sessions());
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context, loop, channel, new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
  }

  @AfterEach
  void close() {
    channel.releaseOutbound();
    loop.close();
    store.close();
  }

  private void connect() {
    String token =
        new TokenSigner(TOKENS, Clock.systemUTC()).sign("ann", Duration.ofMinutes(5), List.of());
    connection.connect(
        new Command.Connect(
            1,
            token,
            Optional.of(SessionRequest.data("tab")),
            Map.of(),
            Map.of(),
            Set.of(),
            "",
            ""),
        "");
    tasks.runAll();
    channel.runPendingTasks();
  }

  /// Here: nobody can be asked to tell the other node.
  @Test
  void whatFailsWhenTheSessionIsOpenEndsTheConnectionAndGivesTheSessionBack() {
    SessionInfo another = new SessionInfo("another", "c", Instant.now());
    long before =
        store.open(new SessionKey("ann", "tab"), another).toCompletableFuture().join().generation();
    connect();
    assertThat(connection.ended()).isTrue();
    assertThat(said()).contains("internal server error");
    assertThat(closed.get()).isGreaterThan(before);
  }

  private static Opened guessed(Opened it) {
    SessionState state =
        new SessionState(it.state().subscriptions(), it.state().served(), /* whole= */ false);
    return new Opened(it.generation(), it.resumed(), it.previous(), state);
  }

  /// Redis has it still, and would give it to the next connection.
  @Test
  void whatAServiceTakesIsNotGivenAgainThoughNotAllIsKnownOfTheSession() {
    late = true;
    connect();
    assertThat(connection.ended()).isFalse();
    connection.subscriptions().byServer().unsubscribe("x");
    loop.tick();
    await().until(() -> !written.isEmpty());
    assertThat(written.getFirst().state().whole()).isTrue();
  }

  private String said() {
    StringBuilder all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.append(out.toString(StandardCharsets.UTF_8));
      out.release();
    }
    return all.toString();
  }
}
