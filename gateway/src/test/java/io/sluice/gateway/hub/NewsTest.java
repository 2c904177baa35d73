package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Whose age counts when it is written: what has just come, and nothing that is read again.
final class NewsTest {
  private static final NamespaceConfig POLICY =
      ConfigLoader.parse(
              "",
              Map.of(),
              Map.of(
                  "sluice.kafka.bootstrap-servers", "kafka:9092",
                  "sluice.api.key", "k-1",
                  "sluice.tokens.anonymous", "true"))
          .namespaces()
          .values()
          .iterator()
          .next();

  private final ManualLoop loop = new ManualLoop();
  private final RecordingSubscriber subscriber = new RecordingSubscriber();

  private Subscription subscription() {
    return new Subscription(subscriber, new ChannelName("default", "a"), POLICY, Side.CLIENT);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void whatIsDeliveredLiveIs(boolean coalesce) {
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"), coalesce);
    TestPartition log = new TestPartition(POLICY.binding("default"), ByteSize.mib(2), hub);
    hub.shards().getFirst().subscribe(subscription(), log.partition());
    log.publish("a", "1");
    log.publish("b", "1"); // nobody's
    log.publish("a", "2");
    loop.runAll();

    assertThat(subscriber.offsets()).containsExactly(1L, 3L);
    assertThat(subscriber.news).containsExactly(1L, 1L); // their time in the log
  }

  @Test
  void whatAClientMissedIsNotAndWhatComesThenIs() {
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
    TestPartition log = new TestPartition(POLICY.binding("default"), ByteSize.mib(2), hub);
    log.publish("a", "1");
    log.publish("a", "2");
    Subscription subscription = subscription();
    HubShard shard = hub.shards().getFirst();
    shard.subscribeReading(subscription, log.partition(), log.partition().window(), 0);
    shard.readTogether(List.of(subscription));
    loop.runAll();
    assertThat(subscriber.offsets()).containsExactly(1L, 2L);
    assertThat(subscriber.news).isEmpty();

    log.publish("a", "3");
    loop.runAll();
    assertThat(subscriber.news).hasSize(1);
  }

  /// How long a client does not read says nothing of how fast the node is.
  @Test
  void whatASlowClientReadsLaterIsNot() {
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
    TestPartition log = new TestPartition(POLICY.binding("default"), ByteSize.mib(2), hub);
    hub.shards().getFirst().subscribe(subscription(), log.partition());
    subscriber.room = 1;
    log.publish("a", "1");
    log.publish("a", "2");
    loop.runAll();
    assertThat(subscriber.news).hasSize(1);

    subscriber.drain(-1);
    loop.runAll();
    assertThat(subscriber.offsets()).containsExactly(1L, 2L);
    assertThat(subscriber.news).hasSize(1);
  }
}
