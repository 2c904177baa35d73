package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.Mode;
import io.sluice.broker.Newest;
import io.sluice.broker.Publication;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Subscribing where only newest values count: what is given, and that nothing newer overtakes it.
final class NewestTest {
  private static final NamespaceConfig POLICY = policy(Map.of());
  private static final long PLENTY = 1 << 20;
  private static final String BIG = "\"" + "x".repeat(100_000) + "\"";

  private final ManualLoop loop = new ManualLoop();
  private final Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(1), hub);
  private final RecordingSubscriber client = new RecordingSubscriber();

  private static NamespaceConfig policy(Map<String, String> settings) {
    Map<String, String> all = new HashMap<>();
    all.put("sluice.kafka.bootstrap-servers", "kafka:9092");
    all.put("sluice.api.key", "k-1");
    all.put("sluice.tokens.anonymous", "true");
    all.put("sluice.namespaces.default.mode", "state");
    settings.forEach((key, value) -> all.put("sluice.namespaces.default." + key, value));
    return Objects.requireNonNull(
        ConfigLoader.parse("", Map.of(), all).namespaces().get("default"));
  }

  private Subscription subscription(NamespaceConfig policy, String key) {
    return new Subscription(client, new ChannelName("default", key), policy, Side.CLIENT);
  }

  private Latest subscribe(Subscription subscription, long has, long maxBytes) {
    return shard.subscribeNewest(
        subscription, log.partition(), log.partition().window(), has, maxBytes);
  }

  private Latest subscribe(String key, long has, long maxBytes) {
    return subscribe(subscription(POLICY, key), has, maxBytes);
  }

  /// Else it would show an old value until there is another.
  @Test
  void aSlowClientWhoseNewestValueHasLeftTheWindowComesBackForIt() {
    Subscription slow = subscription(policy(Map.of("slow", "latest", "recovery", "false")), "a");
    assertThat(subscribe(slow, 0, PLENTY).follows()).isFalse();
    client.full = true;
    log.publish("a", "1");
    loop.runAll();
    pushOut();
    loop.runAll();
    assertThat(client.insufficient).isEmpty();
    client.drain(-1);
    loop.runAll();
    assertThat(client.insufficient).containsExactly(slow);
  }

  /// Values of these channels, for one client, as pushes.
  private void subscribeForPushes(String... keys) {
    List<Subscription> all = Stream.of(keys).map(key -> subscription(POLICY, key)).toList();
    List<Subscription> following =
        all.stream().filter(each -> subscribe(each, 0, 0).follows()).toList();
    shard.readTogether(following);
  }

  private void pushOut() {
    for (int i = 0; i < 30; i++) {
      log.publish("filler", BIG);
    }
  }

  private static long offset(Latest latest) {
    return latest.given().map(Publication::offset).orElse(-1L);
  }

  @Test
  void aRecordThatMadeTheTailIsInTheAnswerAndNotPushedAgain() {
    log.publish("a", "1");
    log.append("a", "2"); // the tailer has published the tail, and is held before it looks
    Latest latest = subscribe("a", 0, PLENTY);
    log.tell(1);
    log.publish("a", "3");
    loop.runAll();

    assertThat(offset(latest)).isEqualTo(2);
    assertThat(latest.at().offset()).isEqualTo(2);
    assertThat(client.offsets()).containsExactly(3L);
  }

  @Test
  void whoHasTheValueIsNotGivenItAgain() {
    log.publish("a", "1");
    log.publish("b", "1");
    assertThat(subscribe("a", 1, PLENTY).given()).isEmpty();
    assertThat(subscribe("a", 2, PLENTY).given()).isEmpty();
    assertThat(offset(subscribe("b", 1, PLENTY))).isEqualTo(2);
    loop.runAll();
    assertThat(client.pushes).isEmpty();
  }

  @Test
  void aClientAheadOfThisNodeIsGivenNothingThatItHas() {
    log.publish("a", "1");
    Latest latest = subscribe("a", 3, PLENTY);
    log.publish("a", "2");
    log.publish("a", "3");
    log.publish("a", "4");
    loop.runAll();

    assertThat(latest.given()).isEmpty();
    assertThat(latest.at().offset()).isEqualTo(3);
    assertThat(client.offsets()).containsExactly(4L);
  }

  @Test
  void aValueThatHasLeftTheWindowIsInTheAnswer() {
    log.publish("a", "1");
    pushOut();
    assertThat(offset(subscribe("a", 0, PLENTY))).isEqualTo(1);
    assertThat(log.partition().window().floor()).isGreaterThan(1);
  }

  @Test
  void aValueThatDoesNotFitIntoTheAnswerIsPushedBeforeAnythingNewer() {
    log.publish("a", "1");
    Subscription subscription = subscription(POLICY, "a");
    Latest latest = subscribe(subscription, 0, 10);
    shard.readTogether(List.of(subscription));
    log.publish("a", "2");
    loop.runAll();
    log.publish("a", "3");
    loop.runAll();

    assertThat(latest.given()).isEmpty();
    assertThat(latest.at().offset()).as("who is cut now has yet to get it").isZero();
    assertThat(client.offsets()).containsExactly(1L, 2L, 3L);
  }

  @Test
  void valuesThatAreEvictedBeforeTheyWerePushedComeInTheLogsOrderAndNothingElse() {
    log.publish("b", "1");
    log.publish("a", "2");
    log.publish("a", "3");
    log.publish("b", "4");
    log.publish("c", "5");
    subscribeForPushes("a", "b", "c", "none");
    pushOut();
    log.publish("a", "6");
    loop.runAll();
    log.publish("b", "7");
    loop.runAll();

    // b's 4 and c's 5 from beside the window; a has a newer one, which is in it
    assertThat(client.offsets()).containsExactly(4L, 5L, 36L, 37L);
    assertThat(client.insufficient).isEmpty();
  }

  @Test
  void whoHasNoRoomGetsTheRestLaterAndNothingTwice() {
    for (int i = 0; i < 6; i++) {
      log.publish("c" + i, "1");
    }
    pushOut();
    client.room = 2;
    subscribeForPushes("c0", "c1", "c2", "c3", "c4", "c5");
    loop.runAll();
    assertThat(client.offsets()).containsExactly(1L, 2L);
    log.publish("c0", "2");
    log.publish("c4", "2"); // which has not had the one before
    loop.runAll();
    assertThat(client.offsets()).containsExactly(1L, 2L);

    client.drain(1);
    loop.runAll();
    assertThat(client.offsets()).containsExactly(1L, 2L, 3L);
    client.drain(-1);
    loop.runAll();

    assertThat(client.offsets()).containsExactly(1L, 2L, 3L, 4L, 6L, 37L, 38L);
    assertThat(client.insufficient).isEmpty();
  }

  @Test
  void manyLargeValuesTakeSeveralTurns() {
    String[] keys = new String[10];
    for (int i = 0; i < keys.length; i++) {
      keys[i] = "c" + i;
      log.publish(keys[i], "\"" + "y".repeat(40_000) + "\"");
    }
    pushOut();
    subscribeForPushes(keys);
    loop.runAll();
    log.publish("c3", "1");
    loop.runAll();

    assertThat(client.offsets()).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 41L);
  }

  @Test
  void aSlowClientThatFallsBelowTheWindowIsGivenTheNewestValue() {
    subscribe("a", 0, PLENTY);
    client.full = true;
    log.publish("a", "1");
    loop.runAll();
    log.publish("a", "2");
    pushOut();
    loop.runAll();
    client.drain(-1);
    loop.runAll();

    assertThat(client.offsets()).containsExactly(2L);
    assertThat(client.insufficient).isEmpty();
  }

  @Test
  void aValueThatWasDroppedBeforeItWasPushedEndsTheSubscription() {
    log.publish("a", "1");
    pushOut();
    subscribeForPushes("a");
    for (int i = 0; i < 30; i++) {
      log.publish("much" + i, BIG);
    }
    pushOut();
    loop.runAll();

    assertThat(client.pushes).isEmpty();
    assertThat(client.why).containsExactly(Lost.WINDOW);
    assertThat(subscribe("a", 0, PLENTY).newest()).isInstanceOf(Newest.Unknown.class);
  }

  /// Also without recovery: it would go on with a value that is no longer the newest.
  @Test
  void aLoopOvertakenByEvictionTellsItsSubscribers() {
    Subscription unrecoverable = subscription(policy(Map.of("recovery", "false")), "a");
    subscribe(unrecoverable, 0, PLENTY);
    log.append("a", "1");
    for (int i = 0; i < 30; i++) {
      log.append("filler", BIG);
    }
    log.tell(0);
    loop.runAll();

    assertThat(client.insufficient).containsExactly(unrecoverable);
    assertThat(offset(subscribe("a", 0, PLENTY))).isEqualTo(1);
  }

  /// While a tailer writes, and the window turns over again and again: who subscribes begins with a
  /// value that is as new as any written before, and goes on in order.
  @ParameterizedTest
  @ValueSource(longs = {1, 2})
  void whoeverSubscribesWhileAWriterGoesOnBeginsWithTheNewestAndGoesOnInOrder(long seed)
      throws Exception {
    int channels = 12;
    AtomicLongArray written = new AtomicLongArray(channels);
    for (int i = 0; i < channels; i++) {
      log.publish("c" + i, "1");
      written.set(i, i + 1L);
    }
    Thread writer =
        Thread.ofPlatform()
            .start(() -> {
              Random random = new Random(seed);
              for (long offset = channels; offset < 6_000; offset++) {
                int i = random.nextInt(random.nextInt(channels) + 1); // some are quiet
                log.publish("c" + i, "\"" + "x".repeat(random.nextInt(20_000)) + "\"");
                written.set(i, offset + 1);
              }
            });
    Random random = new Random(-seed);
    while (writer.isAlive()) {
      int i = random.nextInt(channels);
      RecordingSubscriber one = new RecordingSubscriber();
      Subscription subscription =
          new Subscription(one, new ChannelName("default", "c" + i), POLICY, Side.CLIENT);
      long least = written.get(i);
      Latest latest = subscribe(subscription, 0, random.nextBoolean() ? PLENTY : 0);
      if (latest.follows()) {
        shard.readTogether(List.of(subscription));
      }
      for (int turn = random.nextInt(4); turn >= 0; turn--) {
        loop.runAll();
      }
      // it may be that of a record which the writer has not told of yet
      while (latest.given().isEmpty() && one.offsets().isEmpty() && one.insufficient.isEmpty()) {
        assertThat(Thread.interrupted()).as("in time").isFalse();
        loop.runAll();
      }
      List<Long> offsets = new ArrayList<>(one.offsets());
      latest.given().ifPresent(p -> offsets.addFirst(p.offset()));
      assertThat(offsets).doesNotHaveDuplicates().isSorted();
      if (!offsets.isEmpty()) {
        assertThat(offsets.getFirst()).isGreaterThanOrEqualTo(least);
      }
      shard.unsubscribe(subscription);
    }
    writer.join();
    assertThat(log.partition().window().floor()).isPositive();
  }

  @Test
  void aChannelWithoutPositionsHasNoNewestValue() {
    assertThat(subscription(POLICY, "a").mode()).isEqualTo(Mode.STATE);
    NamespaceConfig keyless = policy(Map.of("keyless", "a"));
    assertThat(subscription(keyless, "a").mode()).isEqualTo(Mode.LOG);
  }
}
