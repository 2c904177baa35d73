package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.filter.TagFilter;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Subscribers without room: what they get when there is some, for each policy.
final class SlowSubscriberTest {
  private final ManualLoop loop = new ManualLoop();
  private final Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();

  private static NamespaceConfig policy(String... keysAndValues) {
    Map<String, String> settings =
        new HashMap<>(
            Map.of(
                "sluice.kafka.bootstrap-servers", "kafka:9092",
                "sluice.api.key", "k-1",
                "sluice.tokens.anonymous", "true"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      settings.put("sluice.namespaces.default." + keysAndValues[i], keysAndValues[i + 1]);
    }
    return ConfigLoader.parse("", Map.of(), settings).namespaces().values().iterator().next();
  }

  private TestPartition partition(NamespaceConfig policy, ByteSize window) {
    return new TestPartition(policy.binding("default"), window, hub);
  }

  private RecordingSubscriber live(
      NamespaceConfig policy, TestPartition log, String key, RecordingSubscriber subscriber) {
    return live(policy, log, key, subscriber, Delta.NONE, null);
  }

  private RecordingSubscriber live(
      NamespaceConfig policy,
      TestPartition log,
      String key,
      RecordingSubscriber subscriber,
      Delta delta,
      @Nullable TagFilter filter) {
    SharedFilter shared = filter == null ? null : shard.filters().take(filter, 100).orElseThrow();
    Subscription subscription =
        new Subscription(
            subscriber, new ChannelName("default", key), policy, Side.CLIENT, delta, shared);
    shard.subscribe(subscription, log.partition());
    return subscriber;
  }

  private static RecordingSubscriber full() {
    RecordingSubscriber subscriber = new RecordingSubscriber();
    subscriber.full = true;
    return subscriber;
  }

  private static List<Long> range(long first, long last) {
    return LongStream.rangeClosed(first, last).boxed().toList();
  }

  // resume

  private static final NamespaceConfig RESUME = policy();

  @Test
  void whatWasWithheldComesInOrderWhenThereIsRoomAndWhatIsNewFollows() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    RecordingSubscriber slow = live(RESUME, log, "a", full());
    RecordingSubscriber other = live(RESUME, log, "a", new RecordingSubscriber());
    for (int i = 0; i < 500; i++) {
      log.publish("a", "1");
      loop.runAll();
    }
    assertThat(slow.pushes).isEmpty();
    assertThat(other.offsets()).isEqualTo(range(1, 500));
    assertThat(hub.lags()).isEqualTo(1);
    assertThat(hub.lagging()).isEqualTo(1);

    slow.drain(-1);
    log.publish("a", "2");
    loop.runAll();
    log.publish("a", "3");
    loop.runAll();
    assertThat(slow.offsets()).isEqualTo(range(1, 502));
    assertThat(slow.insufficient).isEmpty();
    assertThat(hub.lagging()).isZero();
  }

  @Test
  void itCostsNothingUntilThereIsRoom() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    live(RESUME, log, "a", full());
    log.publish("a", "1");
    loop.runAll();
    assertThat(loop.waiting()).isZero();
    log.publish("b", "1"); // nobody's
    assertThat(loop.waiting()).isZero();
  }

  /// Publications come all the while, and there is room for a few more each time.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void whoTricklesGetsEverythingOnceAndInOrder(long seed) {
    Random random = new Random(seed);
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    RecordingSubscriber slow = live(RESUME, log, "a", new RecordingSubscriber());
    slow.room = 3;
    int published = 0;
    for (int step = 0; step < 2_000; step++) {
      switch (random.nextInt(4)) {
        case 0 -> slow.drain(random.nextInt(1, 200));
        case 1 -> loop.runAll();
        default -> {
          log.publish(random.nextBoolean() ? "a" : "b", "1");
          published++;
        }
      }
    }
    slow.drain(-1);
    loop.runAll();
    long count = log.partition().window().channel("a", 0, published, Integer.MAX_VALUE).length;
    assertThat(slow.offsets()).hasSize((int) count).doesNotHaveDuplicates().isSorted();
    assertThat(slow.insufficient).isEmpty();
  }

  @Test
  void whoseRecordsHaveLeftTheWindowIsToldSoBeforeAnythingElse() {
    TestPartition log = partition(RESUME, ByteSize.mib(2));
    RecordingSubscriber slow = live(RESUME, log, "a", full());
    String large = "\"" + "x".repeat(100_000) + "\"";
    for (int i = 0; i < 40; i++) {
      log.publish("a", large);
      loop.runAll();
    }
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.pushes).isEmpty();
    assertThat(slow.why).containsExactly(Lost.WINDOW);
    assertThat(hub.lagging()).isZero();
  }

  @Test
  void beyondLagMaxItIsToldSo() {
    NamespaceConfig policy = policy("lag-max", "100");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber within = live(policy, log, "a", full());
    for (int i = 0; i < 50; i++) {
      log.publish("b", "1");
    }
    log.publish("a", "1"); // only from here on is anything withheld
    loop.runAll();
    for (int i = 0; i < 99; i++) {
      log.publish("b", "1");
    }
    within.drain(-1);
    loop.runAll();
    assertThat(within.offsets()).containsExactly(51L);

    within.full = true;
    for (int i = 0; i < 102; i++) {
      log.publish("a", "1");
      loop.runAll();
    }
    within.drain(-1);
    loop.runAll();
    assertThat(within.offsets()).containsExactly(51L);
    assertThat(within.why).containsExactly(Lost.LAG);
  }

  @Test
  void aPositionThatSpeaksForSeveralChannelsNeverPassesWhatWasWithheld() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    RecordingSubscriber slow = new RecordingSubscriber(WireForm.JSON_UNI);
    List<Subscription> both = new ArrayList<>();
    for (String key : List.of("a", "b")) {
      Subscription subscription =
          new Subscription(slow, new ChannelName("default", key), RESUME, Side.SERVER);
      shard.subscribe(subscription, log.partition());
      both.add(subscription);
    }
    Bookmark bookmark = shard.bookmarks().of(both, /* together= */ false);
    assertThat(bookmark.inOneOrder()).isTrue();
    slow.full = true;
    log.publish("a", "1");
    loop.runAll();
    slow.full = false; // room for b, had it not to wait for a
    log.publish("b", "1");
    loop.runAll();
    assertThat(slow.pushes).isEmpty();

    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(1L, 2L);
  }

  @Test
  void patchesLeadOnFromWhatTheClientHas() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    DeltaClient client = new DeltaClient(WireForm.JSON);
    live(RESUME, log, "a", client.subscriber, Delta.FOSSIL, null);
    List<String> published = new ArrayList<>();
    Random random = new Random(7);
    for (int i = 0; i < 300; i++) {
      String payload = "{\"same\":\"" + "y".repeat(60) + "\",\"n\":" + i + "}";
      published.add(payload);
      log.publish("a", payload);
      if (random.nextInt(10) == 0) {
        client.subscriber.full = true;
      }
      loop.runAll();
      if (random.nextInt(5) == 0) {
        client.subscriber.drain(-1);
        loop.runAll();
      }
    }
    client.subscriber.drain(-1);
    loop.runAll();
    assertThat(client.read()).isEqualTo(published);
    assertThat(client.patched).contains(true, false);
  }

  @Test
  void aThousandThatReadAgainAtOnceDoNotTakeOneTurn() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    List<RecordingSubscriber> all = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      all.add(live(RESUME, log, "a", full()));
    }
    for (int i = 0; i < 64; i++) {
      log.publish("a", "1");
    }
    loop.runAll();
    all.forEach(each -> each.drain(-1));
    loop.runOne();
    long given = all.stream().filter(each -> !each.pushes.isEmpty()).count();
    assertThat(given).as("64 records each, 2,048 a turn").isBetween(20L, 40L);
    loop.runAll();
    assertThat(all).allSatisfy(each -> assertThat(each.offsets()).isEqualTo(range(1, 64)));
  }

  /// Netty tells so that its memory has run out. Nobody else of the turn loses anything.
  @Test
  void whoCannotBeWrittenToEndsAndTheOthersOfTheTurnGetTheirs() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    RecordingSubscriber unlucky = live(RESUME, log, "a", new RecordingSubscriber());
    unlucky.exhausted = true;
    RecordingSubscriber other = live(RESUME, log, "a", new RecordingSubscriber());
    log.publish("a", "1");
    loop.runAll();
    assertThat(unlucky.broken).hasSize(1);
    assertThat(other.offsets()).containsExactly(1L);
    assertThat(other.flushes).isEqualTo(1);
  }

  // latest, drop-oldest

  private static String missed(String push) {
    return push.contains("sluice-missed")
        ? push.replaceAll(".*\"sluice-missed\":\"(\\d+)\".*", "$1")
        : "";
  }

  @Test
  void latestIsGivenTheNewestAndHowManyItMissed() {
    NamespaceConfig policy = policy("slow", "latest", "recovery", "false");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber slow = live(policy, log, "a", full());
    for (int i = 0; i < 10; i++) {
      log.publish("a", "1");
      loop.runAll();
    }
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(10L);
    assertThat(missed(slow.pushes.getFirst())).isEqualTo("9");

    log.publish("a", "1");
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(10L, 11L);
    assertThat(missed(slow.pushes.getLast())).isEmpty();
    assertThat(hub.missed()).isEqualTo(9);
  }

  @Test
  void dropOldestIsGivenTheNewestThatFit() {
    NamespaceConfig policy = policy("slow", "drop-oldest", "recovery", "false");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber slow = live(policy, log, "a", full());
    for (int i = 0; i < 100; i++) {
      log.publish("a", "1");
      loop.runAll();
    }
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).isEqualTo(range(100 - CatchUp.RECORDS + 1, 100));
    assertThat(missed(slow.pushes.getFirst())).isEqualTo("" + (100 - CatchUp.RECORDS));
    assertThat(missed(slow.pushes.get(1))).isEmpty();
  }

  @Test
  void dropOldestIsBoundedInBytesToo() {
    NamespaceConfig policy = policy("slow", "drop-oldest", "recovery", "false");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber slow = live(policy, log, "a", full());
    for (int i = 0; i < 10; i++) {
      log.publish("a", "\"" + "x".repeat(20_000) + "\"");
    }
    loop.runAll();
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(8L, 9L, 10L);
    assertThat(missed(slow.pushes.getFirst())).isEqualTo("7");
  }

  @Test
  void onlyWhatItsFilterWantsIsMissed() {
    NamespaceConfig policy = policy("slow", "latest", "recovery", "false");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber slow =
        live(policy, log, "a", full(), Delta.NONE, new TagFilter.In("kind", Set.of("trade")));
    for (int i = 0; i < 5; i++) {
      log.publish("a", "1", Map.of("kind", "trade"));
      log.publish("a", "1", Map.of("kind", "quote"));
      loop.runAll();
    }
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(9L);
    assertThat(missed(slow.pushes.getFirst())).isEqualTo("4");
  }

  /// The tailer marks a batch after a turn that has read it already.
  @Test
  void whatATurnComesByTwiceIsMissedOnce() {
    NamespaceConfig policy = policy("slow", "latest", "recovery", "false");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber slow = live(policy, log, "a", full());
    log.publish("a", "1");
    log.append("a", "2");
    log.append("a", "3");
    loop.runAll();
    log.tell(1);
    loop.runAll();
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(3L);
    assertThat(missed(slow.pushes.getFirst())).isEqualTo("2");
  }

  @Test
  void theLatestIsTheLatestThatCanBeDelivered() {
    NamespaceConfig policy = policy("slow", "latest", "recovery", "false");
    TestPartition log = partition(policy, ByteSize.mib(8));
    RecordingSubscriber slow = live(policy, log, "a", full());
    for (String payload : List.of("1", "2", "3", "no json")) {
      log.publish("a", payload);
      loop.runAll();
    }
    slow.drain(-1);
    loop.runAll();
    assertThat(slow.offsets()).containsExactly(3L);
    assertThat(missed(slow.pushes.getFirst())).isEqualTo("2");
  }

  /// Each time there is room for a slice of one of them.
  @Test
  void channelsOfOneSlowConnectionTakeTurns() {
    TestPartition log = partition(RESUME, ByteSize.mib(8));
    RecordingSubscriber slow = new RecordingSubscriber();
    for (int c = 0; c < 10; c++) {
      live(RESUME, log, "c" + c, slow);
    }
    slow.full = true;
    for (int i = 0; i < 300; i++) {
      for (int c = 0; c < 10; c++) {
        log.publish("c" + c, "1");
      }
    }
    loop.runAll();
    slow.fullAfterFlush = true;
    for (int drain = 0; drain < 20; drain++) {
      slow.drain(-1);
      loop.runAll();
    }
    for (int c = 0; c < 10; c++) {
      String name = "\"c" + c + "\"";
      assertThat(slow.pushes.stream().filter(push -> push.contains(name)).count())
          .as(name)
          .isEqualTo(2L * CatchUp.RECORDS);
    }
  }

  static Stream<Arguments> seeds() {
    return Stream.of("latest", "drop-oldest")
        .flatMap(slow -> LongStream.range(0, 10).mapToObj(seed -> Arguments.of(slow, seed)));
  }

  /// What was missed and what was given add up to what was published, however room comes and goes.
  @ParameterizedTest
  @MethodSource("seeds")
  void nothingIsMissedUnsaid(String slow, long seed) {
    NamespaceConfig policy = policy("slow", slow, "recovery", "false");
    Random random = new Random(seed);
    TestPartition log = partition(policy, ByteSize.mib(2));
    RecordingSubscriber subscriber = live(policy, log, "a", new RecordingSubscriber());
    int published = 0;
    for (int step = 0; step < 300; step++) {
      switch (random.nextInt(4)) {
        case 0 -> subscriber.drain(random.nextInt(0, 5));
        case 1 -> loop.runAll();
        default -> {
          log.publish("a", "\"" + "x".repeat(random.nextInt(60_000)) + "\"");
          published++;
          loop.runAll();
        }
      }
    }
    subscriber.drain(-1);
    loop.runAll();
    log.publish("a", "\"last\"");
    loop.runAll();
    long missed =
        subscriber.pushes.stream()
            .map(SlowSubscriberTest::missed)
            .filter(n -> !n.isEmpty())
            .mapToLong(Long::parseLong)
            .sum();
    assertThat(subscriber.offsets()).isSorted().doesNotHaveDuplicates();
    assertThat(missed + subscriber.pushes.size()).isEqualTo(published + 1);
    assertThat(missed).isPositive().isEqualTo(hub.missed());
    assertThat(subscriber.insufficient).isEmpty();
  }
}
