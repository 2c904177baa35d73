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
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ChannelCountsTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final ByteSize MEMORY = ByteSize.mib(1);

  private final ManualLoop one = new ManualLoop();
  private final ManualLoop other = new ManualLoop();
  private final Hub hub = new Hub(List.of(one, other), new PositionTokens("key"));
  private final TestPartition words = new TestPartition(POLICY.binding("words"), MEMORY, hub);

  private void subscribe(int loop, String key) {
    hub.shards()
        .get(loop)
        .subscribe(
            new Subscription(
                new RecordingSubscriber(), new ChannelName("words", key), POLICY, Side.CLIENT),
            words.partition());
  }

  @Test
  void subscribersOfAllLoopsAreCounted() {
    subscribe(0, "a");
    subscribe(0, "a");
    subscribe(1, "a");
    subscribe(1, "b");
    var all = hub.channels().toCompletableFuture();
    var a = hub.subscribers(new ChannelName("words", "a")).toCompletableFuture();
    var elsewhere = hub.subscribers(new ChannelName("other", "a")).toCompletableFuture();
    var nobody = hub.subscribers(new ChannelName("words", "c")).toCompletableFuture();
    one.runAll();
    other.runAll();
    assertThat(all.join()).isEqualTo(Map.of("words:a", 3, "words:b", 1));
    assertThat(a.join()).isEqualTo(3);
    assertThat(elsewhere.join()).isZero();
    assertThat(nobody.join()).isZero();
    assertThat(hub.channelCount()).isEqualTo(2);
  }

  /// Its records are in all partitions, and so are its subscriptions.
  @Test
  void aChannelOfRecordsWithoutAKeyIsOne() {
    NamespaceConfig policy =
        Objects.requireNonNull(
            ConfigLoader.parse(
                    "kafka.bootstrap-servers: k:1\ntokens.anonymous: true\n"
                        + "api.key: k\nnamespaces.words: {topic: t, keyless: all}",
                    Map.of(),
                    Map.of())
                .namespaces()
                .get("words"));
    Subscription all =
        new Subscription(
            new RecordingSubscriber(), new ChannelName("words", "all"), policy, Side.CLIENT);
    for (int number = 1; number <= 3; number++) {
      TestPartition log = new TestPartition(number, policy.binding("words"), MEMORY, hub);
      hub.shards().getFirst().subscribe(all, log.partition());
    }
    var counts = hub.channels().toCompletableFuture();
    one.runAll();
    other.runAll();
    assertThat(counts.join()).isEqualTo(Map.of("words:all", 1));
    assertThat(hub.channelCount()).isEqualTo(1);
  }

  /// There may be 100,000 of them, and whoever is served by a loop would wait.
  @Test
  void noLoopMakesTheNamesAndTheSums() {
    subscribe(0, "a");
    var worker = hub.channels().thenApply(_ -> Thread.currentThread()).toCompletableFuture();
    one.runAll();
    other.runAll();
    assertThat(worker.join().isVirtual()).isTrue();
  }
}
