package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.Position;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.DeflatedPiece;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Who gets a patch, and who the whole.
final class DeltaTest {
  private static final long PLENTY = 1 << 20;
  private static final NamespaceConfig POLICY = policy("keyless: all");

  private final ManualLoop one = new ManualLoop();
  private final ManualLoop other = new ManualLoop();
  private final Hub hub = new Hub(List.of(one, other), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(1), hub);
  private final Map<DeltaClient, Subscription> subscriptions = new HashMap<>();

  private static NamespaceConfig policy(String settings) {
    String yaml = "namespaces: {default: {topic: t, " + settings + "}}";
    Map<String, String> needed =
        Map.of("SLUICE_KAFKA_BOOTSTRAP_SERVERS", "k:1", "SLUICE_API_KEY", "k");
    return Objects.requireNonNull(
        ConfigLoader.parse(yaml, needed, Map.of("sluice.tokens.hmac-secret", "s".repeat(32)))
            .namespaces()
            .get("default"));
  }

  private static Subscription subscription(RecordingSubscriber subscriber, Delta delta) {
    return new Subscription(
        subscriber, new ChannelName("default", "a"), POLICY, Side.CLIENT, delta, null);
  }

  private Subscription subscriptionOf(DeltaClient client) {
    return Objects.requireNonNull(subscriptions.get(client));
  }

  private DeltaClient client(WireForm form) {
    return join(new DeltaClient(form), shard);
  }

  private DeltaClient join(DeltaClient client, HubShard at) {
    Subscription subscription = subscription(client.subscriber, Delta.FOSSIL);
    subscriptions.put(client, subscription);
    at.subscribe(subscription, log.partition());
    return client;
  }

  private Caught.All recover(DeltaClient client, HubShard at, long since, long maxBytes) {
    Subscription subscription = subscription(client.subscriber, Delta.FOSSIL);
    subscriptions.put(client, subscription);
    Caught.All caught =
        (Caught.All)
            at.subscribeSince(
                subscription, log.partition(), log.partition().window(), since, maxBytes);
    client.answered(caught.missed());
    return caught;
  }

  private static String order(int n) {
    // these two begin with the same three bytes
    return "{\"symbol\":\"SAP\",\"mood\":\"%s\",\"price\":%d,\"currency\":\"€\"}"
        .formatted(n % 2 == 0 ? "😁" : "😂", n);
  }

  private void publish(String payload) {
    log.publish("a", payload);
    run();
  }

  private void run() {
    one.runAll();
    other.runAll();
  }

  @ParameterizedTest
  @EnumSource(
      value = WireForm.class,
      names = {"JSON", "PROTOBUF"})
  void theFirstComesWholeAndThenPatches(WireForm form) {
    DeltaClient client = client(form);
    publish(order(1));
    publish(order(22));
    publish(order(333));

    assertThat(client.read()).containsExactly(order(1), order(22), order(333));
    assertThat(client.patched).containsExactly(false, true, true);
  }

  @ParameterizedTest
  @EnumSource(
      value = WireForm.class,
      names = {"JSON", "PROTOBUF"})
  void whatIsNotSmallerOrTooLargeComesWholeAndIsTheNextBase(WireForm form) {
    String large = "\"" + "x".repeat(65_535) + "\"";
    DeltaClient client = client(form);
    publish(order(1));
    publish("\"something else\"");
    publish(large);
    publish(large);
    publish(order(2));
    publish(order(3));

    assertThat(client.read())
        .containsExactly(order(1), "\"something else\"", large, large, order(2), order(3));
    assertThat(client.patched).containsExactly(false, false, false, false, false, true);
  }

  @Test
  void lineBreaksAreLeftOutOfTheJsonThatIsPatchedAndKeptInTheOther() {
    DeltaClient json = client(WireForm.JSON);
    DeltaClient protobuf = client(WireForm.PROTOBUF);
    String pretty = order(1).replace(",", ",\n  ");
    publish(pretty);
    publish(order(2).replace(",", ",\n  "));

    assertThat(json.read()).element(0).isEqualTo(pretty.replace("\n", ""));
    assertThat(protobuf.read()).element(0).isEqualTo(pretty);
    assertThat(json.patched).isEqualTo(protobuf.patched).containsExactly(false, true);
  }

  @Test
  void aHundredSubscribersOnTwoLoopsShareOnePatch() {
    List<DeltaClient> all = new ArrayList<>();
    List<RecordingSubscriber> without = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(join(new DeltaClient(WireForm.JSON), hub.shards().get(i % 2)));
      RecordingSubscriber plain = new RecordingSubscriber();
      hub.shards().get(i % 2).subscribe(subscription(plain, Delta.NONE), log.partition());
      without.add(plain);
    }
    publish(order(1));
    publish(order(2));
    publish(order(3));

    assertThat(all)
        .allSatisfy(it -> {
          assertThat(it.read()).containsExactly(order(1), order(2), order(3));
          assertThat(it.patched).containsExactly(false, true, true);
          assertThat(it.subscriber.raw.getLast()).isSameAs(all.getFirst().subscriber.raw.getLast());
        });
    assertThat(hub.patches()).isEqualTo(2);
    assertThat(hub.patchesSavedBytes()).isBetween(100 * 2 * 20L, 100 * 2 * 60L);
    assertThat(without)
        .allSatisfy(it ->
            assertThat(it.pushes)
                .hasSize(3)
                .allMatch(
                    push -> push.contains("\"data\":{\"symbol\"") && !push.contains("delta")));
  }

  @Test
  void withoutSubscribersThatWantThemNoPatchIsMade() {
    RecordingSubscriber plain = new RecordingSubscriber();
    shard.subscribe(subscription(plain, Delta.NONE), log.partition());
    publish(order(1));
    publish(order(2));

    assertThat(plain.pushes).hasSize(2);
    assertThat(hub.patches()).isZero();
  }

  @Test
  void whoJoinsLaterBeginsWithAWhole() {
    DeltaClient first = client(WireForm.JSON);
    publish(order(1));
    DeltaClient second = client(WireForm.JSON);
    publish(order(2));
    publish(order(3));

    assertThat(first.read()).containsExactly(order(1), order(2), order(3));
    assertThat(first.patched).containsExactly(false, true, true);
    assertThat(second.read()).containsExactly(order(2), order(3));
    assertThat(second.patched).containsExactly(false, true);
  }

  @Test
  void subscribingAgainBeginsWithAWhole() {
    DeltaClient client = client(WireForm.JSON);
    publish(order(1));
    shard.unsubscribe(subscriptionOf(client));
    client.leave();
    join(client, shard);
    publish(order(2));

    assertThat(client.read()).containsExactly(order(1), order(2));
    assertThat(client.patched).containsExactly(false, false);
  }

  @Test
  void aRecoveryBeginsWithAWholeAlsoWhenNothingWasMissed() {
    publish(order(1));
    DeltaClient client = new DeltaClient(WireForm.JSON);
    assertThat(recover(client, shard, 1, PLENTY).missed()).isEmpty();
    publish(order(2));
    publish(order(3));

    assertThat(client.read()).containsExactly(order(2), order(3));
    assertThat(client.patched).containsExactly(false, true);
  }

  @Test
  void whatWasMissedIsWholeAndItsLastIsTheNextBase() {
    publish(order(1));
    publish(order(2));
    DeltaClient client = new DeltaClient(WireForm.JSON);
    assertThat(recover(client, shard, 0, PLENTY).missed()).hasSize(2);
    publish(order(3));

    assertThat(client.read()).containsExactly(order(1), order(2), order(3));
    assertThat(client.patched).containsExactly(false, false, true);
  }

  @Test
  void whoReadsItsPastIsCaughtUpWithWholes() {
    for (int n = 0; n < 200; n++) {
      publish(order(n));
    }
    DeltaClient client = new DeltaClient(WireForm.JSON);
    Position at = recover(client, shard, 0, 400).at();
    run();
    publish(order(200));

    assertThat(at.offset()).isZero();
    assertThat(client.read()).hasSize(201).last().isEqualTo(order(200));
    assertThat(client.patched).hasSize(201).filteredOn(patch -> patch).hasSize(1);
    assertThat(client.patched).last().isEqualTo(true);
  }

  @Test
  void afterWhatWasNotTakenComesAWhole() {
    DeltaClient client = client(WireForm.JSON);
    DeltaClient neighbour = client(WireForm.JSON);
    publish(order(1));
    client.subscriber.full = true;
    publish(order(2));
    client.subscriber.drain(-1);
    run();
    publish(order(3));
    publish(order(4));

    assertThat(client.read()).containsExactly(order(1), order(2), order(3), order(4));
    assertThat(client.patched).containsExactly(false, false, true, true);
    assertThat(neighbour.read()).hasSize(4);
    assertThat(neighbour.patched).containsExactly(false, true, true, true);
  }

  @Test
  void aRecordThatIsNotDeliveredIsNoBase() {
    DeltaClient client = client(WireForm.JSON);
    publish(order(1));
    publish("not json");
    publish(order(2));

    assertThat(client.read()).containsExactly(order(1), order(2));
    assertThat(client.patched).containsExactly(false, true);
  }

  @Test
  void aBaseThatHasLeftTheWindowMakesNoPatch() {
    DeltaClient client = client(WireForm.JSON);
    publish(order(1));
    for (int n = 0; n < 50; n++) {
      log.append("b", "\"" + "x".repeat(100_000) + "\"");
    }
    publish(order(2));
    publish(order(3));

    assertThat(log.partition().window().floor()).isPositive();
    assertThat(client.read()).containsExactly(order(1), order(2), order(3));
    assertThat(client.patched).containsExactly(false, false, true);
  }

  @Test
  void anotherLogBeginsWithAWhole() {
    DeltaClient client = client(WireForm.JSON);
    publish(order(1));
    log.breakOff(ByteSize.mib(1));
    run();
    assertThat(client.subscriber.insufficient).hasSize(1);
    client.leave();
    join(client, shard);
    publish(order(2));

    assertThat(client.read()).containsExactly(order(1), order(2));
    assertThat(client.patched).containsExactly(false, false);
  }

  @Test
  void aPatchMayBeCompressedToo() {
    DeltaClient plain = client(WireForm.JSON);
    DeltaClient deflated = client(WireForm.JSON_DEFLATED);
    publish("\"" + "x".repeat(2_000) + "y".repeat(2_000) + "\"");
    publish("\"" + "x".repeat(2_000) + "new words ".repeat(100) + "y".repeat(2_000) + "\"");

    assertThat(plain.read()).hasSize(2);
    assertThat(plain.patched).containsExactly(false, true);
    byte[] piece = deflated.subscriber.raw.getLast();
    assertThat(DeflatedPiece.is(piece)).isTrue();
    assertThat(DeflatedPiece.plainLength(piece)).isEqualTo(plain.subscriber.raw.getLast().length);
    assertThat(hub.patches()).isEqualTo(1);
  }

  @Test
  void whereItMakesNoSenseItIsNotAgreedOn() {
    RecordingSubscriber client = new RecordingSubscriber();
    ChannelName keyless = new ChannelName("default", "all");

    assertThat(subscription(client, Delta.FOSSIL).delta()).isEqualTo(Delta.FOSSIL);
    assertThat(new Subscription(client, keyless, POLICY, Side.CLIENT, Delta.FOSSIL, null).delta())
        .isEqualTo(Delta.NONE);
    assertThat(
            new Subscription(
                    client,
                    new ChannelName("default", "a"),
                    policy("delta: false"),
                    Side.CLIENT,
                    Delta.FOSSIL,
                    null)
                .delta())
        .isEqualTo(Delta.NONE);
  }

  /// Joining, leaving, coming back and full outboxes at any moment on two loops.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whateverHappensEveryPatchFitsWhatItsClientHas(long seed) {
    Random random = new Random(seed);
    List<DeltaClient> clients = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      WireForm form = random.nextBoolean() ? WireForm.JSON : WireForm.PROTOBUF;
      clients.add(join(new DeltaClient(form), hub.shards().get(i % 2)));
    }
    Set<String> published = new HashSet<>();
    for (int step = 0; step < 1_000; step++) {
      int i = random.nextInt(clients.size());
      DeltaClient client = clients.get(i);
      HubShard at = hub.shards().get(i % 2);
      switch (random.nextInt(12)) {
        case 0 -> {
          at.unsubscribe(subscriptionOf(client));
          client.leave();
          long tail = log.partition().window().tail();
          long since = Math.max(log.partition().window().floor(), tail - random.nextInt(100));
          recover(client, at, since, random.nextInt(2_000));
        }
        case 1 -> {
          at.unsubscribe(subscriptionOf(client));
          client.leave();
          join(client, at);
        }
        case 2 -> client.subscriber.full = !client.subscriber.full;
        case 3 -> one.runAll();
        case 4 -> other.runAll();
        default -> {
          String payload = random.nextInt(10) == 0 ? Integer.toString(step) : order(step);
          published.add(payload);
          log.publish("a", payload);
        }
      }
    }
    run();
    int patches = 0;
    for (DeltaClient client : clients) {
      assertThat(published).containsAll(client.read());
      patches += (int) client.patched.stream().filter(patch -> patch).count();
    }
    assertThat(patches).isGreaterThan(200);
  }
}
