package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.broker.ChannelName;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.presence.Presence;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A connection that holds a session, among the members of its channels.
final class AttendingTest {
  private static final Map<String, NamespaceConfig> NAMESPACES =
      ConfigLoader.parse(
              """
              kafka.bootstrap-servers: kafka:9092
              api.key: k-1
              tokens.anonymous: true
              namespaces:
                seen: {topic: s, presence: true}
                plain: {topic: p}
              """,
              Map.of(),
              Map.of())
          .namespaces();
  private static final Claims ANN =
      new Claims("ann", Optional.empty(), Optional.empty(), List.of());

  @SuppressWarnings("NullAway") // no other node is asked
  private final Presence presence =
      new Presence(
          "n",
          new PresenceConfig(10, 10, Duration.ofMinutes(1)),
          null,
          _ -> CompletableFuture.completedFuture(true),
          _ -> {},
          new SimpleMeterRegistry());

  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());
  private final WatchedStore store = new WatchedStore();
  private final Connection connection = connection();

  @SuppressWarnings("NullAway") // no token is looked at
  private Connection connection() {
    EdgeContext context = TestEdge.context(null, store.sessions(), presence);
    var _ = Peer.accept(channel, context.admission());
    Connection made =
        new Connection(
            context,
            loop,
            channel,
            new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
    made.hold(SessionHold.open(made, "ann", "tab").toCompletableFuture().join());
    return made;
  }

  @AfterEach
  void close() {
    connection.gone();
    channel.releaseOutbound();
    loop.close();
    store.close();
    presence.close();
  }

  private void subscribe(String namespace) {
    NamespaceConfig policy = Objects.requireNonNull(NAMESPACES.get(namespace));
    Subscription subscription =
        new Subscription(
            connection.deliveries(), new ChannelName(namespace, "a"), policy, Side.CLIENT);
    connection.subscriptions().add(subscription);
    connection.subscriptions().attend(subscription, ANN, false);
  }

  private int seen() {
    return presence
        .countsHere(JsonNodeFactory.instance.objectNode().put("channel", "seen:a"))
        .path("clients")
        .asInt(-1);
  }

  @Test
  void aConnectionThatIsAmongNoMembersTakesNoMemoryForIt() {
    subscribe("plain");
    assertThat(connection.subscriptions().attending()).isNull();
    subscribe("seen");
    assertThat(connection.subscriptions().attending()).isNotNull();
    assertThat(seen()).isEqualTo(1);
  }

  @Test
  void whoHasGoneIsExpectedBack() {
    subscribe("seen");
    connection.gone();
    assertThat(seen()).isEqualTo(1);
  }

  @Test
  void whoBreaksTheRulesIsNot() {
    subscribe("seen");
    connection.violated();
    assertThat(seen()).isZero();
  }
}
