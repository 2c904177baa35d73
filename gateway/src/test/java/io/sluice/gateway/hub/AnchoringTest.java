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
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Whose position grows old, and what they are told. A client may be away for 100 records.
final class AnchoringTest {
  private static final NamespaceConfig POLICY =
      ConfigLoader.parse(
              "",
              Map.of(),
              Map.of(
                  "sluice.kafka.bootstrap-servers", "kafka:9092",
                  "sluice.api.key", "k-1",
                  "sluice.tokens.anonymous", "true",
                  "sluice.namespaces.default.replay.max-scan", "100"))
          .namespaces()
          .values()
          .iterator()
          .next();

  private final ManualLoop loop = new ManualLoop();
  private final Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(64), hub);

  AnchoringTest() {
    hub.keepPositionsYoung();
  }

  private Subscription subscribe(RecordingSubscriber subscriber, String key, Side side) {
    Subscription made = new Subscription(subscriber, new ChannelName("default", key), POLICY, side);
    shard.subscribe(made, log.partition());
    return made;
  }

  private void others(int records) {
    for (int i = 0; i < records; i++) {
      log.publish("busy", "1");
    }
    loop.runAll();
  }

  /// As many looks as a quarter of a chance needs, nearly for certain.
  private void look() {
    for (int i = 0; i < 200; i++) {
      loop.pass();
    }
  }

  @Test
  void whoHasHeardNothingForMoreThanHalfOfWhatCanBeRecoveredIsAskedBack() {
    RecordingSubscriber quiet = new RecordingSubscriber();
    Subscription subscription = subscribe(quiet, "quiet", Side.CLIENT);
    log.publish("quiet", "1");
    loop.runAll();
    look();
    assertThat(quiet.insufficient).isEmpty();

    others(100);
    look();

    assertThat(quiet.insufficient).containsExactly(subscription);
    assertThat(quiet.why).containsExactly(Lost.QUIET);
    assertThat(subscription.anchor())
        .isEqualTo(new Anchor(log.partition().window().serial(), 1, 101));
    assertThat(hub.anchored()).isEqualTo(1);
  }

  @Test
  void whoHearsSomethingNowAndThenIsLeftAlone() {
    RecordingSubscriber client = new RecordingSubscriber();
    subscribe(client, "a", Side.CLIENT);
    for (int round = 0; round < 10; round++) {
      log.publish("a", "1");
      others(40);
      look();
    }
    assertThat(client.insufficient).isEmpty();
  }

  /// What the old filter kept back the next one may want.
  @Test
  void withAFilterItIsAskedBackAndJudgedByItsPositionAlone() {
    RecordingSubscriber client = new RecordingSubscriber();
    SharedFilter filter =
        shard.filters().take(new TagFilter.In("kind", Set.of("trade")), 10).orElseThrow();
    Subscription made =
        new Subscription(
            client, new ChannelName("default", "f"), POLICY, Side.CLIENT, Delta.NONE, filter);
    shard.subscribe(made, log.partition());
    others(100);
    look();
    assertThat(client.why).containsExactly(Lost.QUIET);
    assertThat(made.anchor()).isNull();
  }

  @Test
  void whoDidNotAskForTheChannelIsToldWhereItStands() {
    RecordingSubscriber given = new RecordingSubscriber();
    subscribe(given, "given", Side.SERVER);
    others(100);
    look();
    assertThat(given.insufficient).isEmpty();
    assertThat(given.pushes).hasSize(1);
    assertThat(given.pushes.getFirst())
        .contains("\"channel\":\"given\"", "\"subscribe\":", "\"offset\":100");
  }

  /// It is told its position by signed tokens, which grow with the log.
  @Test
  void whoHasNoSdkIsLeftAlone() {
    RecordingSubscriber uni = new RecordingSubscriber(WireForm.JSON_UNI);
    subscribe(uni, "uni", Side.SERVER);
    others(100);
    look();
    assertThat(uni.insufficient).isEmpty();
    assertThat(uni.pushes).isEmpty();
  }

  /// Nothing new is needed for a position to be lost.
  @Test
  void whoIsOvertakenByRetentionWhileNothingIsPublishedIsAskedBack() {
    RecordingSubscriber quiet = new RecordingSubscriber();
    subscribe(quiet, "quiet", Side.CLIENT);
    log.logStart(0);
    others(50);
    look();
    assertThat(quiet.why).isEmpty();
    log.logStart(30);
    look();
    assertThat(quiet.why).containsExactly(Lost.QUIET);
  }

  /// A log of a few records: who is only behind is let be, who is lost is asked back, and not again
  /// for every record.
  @Test
  void whereTheLogKeepsNextToNothingOnlyThoseThatAreLostAreAskedBackAndSeldom() {
    RecordingSubscriber first = new RecordingSubscriber();
    subscribe(first, "first", Side.CLIENT);
    log.logStart(0);
    others(8);
    log.logStart(0);
    look();
    log.logStart(5);
    others(1);
    loop.pass(); // something has just been published
    assertThat(first.why).isEmpty();
    loop.pass();
    assertThat(first.why).containsExactly(Lost.QUIET);

    RecordingSubscriber second = new RecordingSubscriber();
    subscribe(second, "second", Side.CLIENT);
    others(4);
    log.logStart(9);
    for (int i = 0; i < 100; i++) {
      loop.pass();
    }
    assertThat(second.why).as("its position is where the log begins").isEmpty();
    log.logStart(10);
    loop.pass();
    loop.pass();
    assertThat(second.why).containsExactly(Lost.QUIET);

    RecordingSubscriber third = new RecordingSubscriber();
    subscribe(third, "third", Side.CLIENT);
    others(1);
    log.logStart(14);
    for (int i = 0; i < 30; i++) {
      loop.pass();
    }
    assertThat(third.why).as("not within a minute").isEmpty();
    for (int i = 0; i < 40; i++) {
      loop.pass();
    }
    assertThat(third.why).containsExactly(Lost.QUIET);
  }

  @Test
  void notAllAreAskedBackAtOnce() {
    RecordingSubscriber[] all = new RecordingSubscriber[500];
    for (int i = 0; i < all.length; i++) {
      all[i] = new RecordingSubscriber();
      subscribe(all[i], "quiet" + i, Side.CLIENT);
    }
    others(100);
    loop.pass();
    long asked = java.util.Arrays.stream(all).filter(it -> !it.insufficient.isEmpty()).count();
    assertThat(asked).isBetween(1L, 64L);
    look();
    assertThat(all).allSatisfy(it -> assertThat(it.insufficient).hasSize(1));
  }
}
