package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.Position;
import io.sluice.broker.PositionVector;
import io.sluice.broker.TestPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a connection's position says at any moment.
final class BookmarkTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final TopicBinding BINDING = POLICY.binding("default");

  private final ManualLoop loop = new ManualLoop();
  private final PositionTokens tokens = new PositionTokens("key");
  private final Hub hub = new Hub(List.of(loop), tokens);
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition one = new TestPartition(0, BINDING, ByteSize.mib(8), hub);
  private final TestPartition two = new TestPartition(1, BINDING, ByteSize.mib(8), hub);

  private Subscription fresh(RecordingSubscriber client, TestPartition log, String key) {
    Subscription made = subscription(client, key);
    shard.subscribe(made, log.partition());
    return made;
  }

  private static Subscription subscription(RecordingSubscriber client, String key) {
    return new Subscription(client, new ChannelName("default", key), POLICY, Side.SERVER);
  }

  private Bookmark bookmark(Subscription... subscriptions) {
    return shard.bookmarks().of(List.of(subscriptions), true);
  }

  private long offset(String token, TestPartition log) {
    PositionVector read = ((PositionTokens.Good) tokens.read(token)).positions();
    return read.of(log.partition().window().epoch()).map(Position::offset).orElse(-1L);
  }

  @Test
  void liveConnectionsWithTheSamePartitionsShareOneToken() {
    RecordingSubscriber ann = new RecordingSubscriber(WireForm.SSE_UNI);
    RecordingSubscriber bob = new RecordingSubscriber(WireForm.LINE_UNI);
    Bookmark anns = bookmark(fresh(ann, one, "a"), fresh(ann, two, "c"));
    Bookmark bobs = bookmark(fresh(bob, two, "d"), fresh(bob, one, "b"), fresh(bob, one, "a"));
    one.publish("a", "1");
    one.publish("x", "1");
    two.publish("c", "1");
    two.publish("d", "1");
    loop.runAll();

    assertThat(anns.inOneOrder()).isFalse();
    assertThat(anns.token()).isSameAs(bobs.token());
    assertThat(offset(anns.token(), one)).isEqualTo(2);
    assertThat(offset(anns.token(), two)).isEqualTo(2);
  }

  @Test
  void aFreshConnectionBeginsAtTheTailThatItsLoopHasYetToReach() {
    RecordingSubscriber ann = new RecordingSubscriber(WireForm.SSE_UNI);
    fresh(ann, one, "a");
    one.publish("a", "1");
    RecordingSubscriber bob = new RecordingSubscriber(WireForm.SSE_UNI);
    Bookmark bobs = bookmark(fresh(bob, one, "a"));

    assertThat(offset(bobs.token(), one)).isEqualTo(1);
  }

  @Test
  void aQuietChannelsPositionPassesWhatOthersGetButNothingThatWaitsForIt() {
    RecordingSubscriber client = new RecordingSubscriber(WireForm.SSE_UNI);
    Bookmark bookmark = bookmark(fresh(client, one, "quiet"));
    one.publish("busy", "1");
    one.publish("busy", "2");
    assertThat(offset(bookmark.token(), one)).isZero();
    bookmark.reachOn();
    assertThat(offset(bookmark.token(), one)).isEqualTo(2);

    one.publish("quiet", "3");
    bookmark.reachOn(); // the turn that brings it has not been yet
    assertThat(offset(bookmark.token(), one)).isEqualTo(2);
    one.append("quiet", "4"); // the tailer is held before it looks who wants it
    loop.runAll();
    bookmark.reachOn();
    assertThat(client.pushes).hasSize((int) (offset(bookmark.token(), one) - 2));
  }

  /// One channel is live already, another still reads its past in the same partition: what the
  /// first is given must not be taken for where the connection stands.
  @Test
  void aLivePublicationDoesNotStandForAChannelThatStillReadsItsPast() {
    RecordingSubscriber client = new RecordingSubscriber(WireForm.SSE_UNI);
    Subscription live = fresh(client, one, "live");
    for (int i = 0; i < 200; i++) {
      one.publish("late", "1");
    }
    Subscription late = subscription(client, "late");
    assertThat(shard.subscribeReading(late, one.partition(), one.partition().window(), 0)).isTrue();
    shard.readTogether(List.of(late));
    Bookmark bookmark = bookmark(live, late);
    assertThat(bookmark.inOneOrder()).isFalse();

    one.publish("live", "1");
    loop.runOne();
    assertThat(client.pushes).anyMatch(push -> push.contains("live"));
    assertThat(offset(bookmark.token(), one)).isLessThan(200);
    loop.runAll();
    assertThat(offset(bookmark.token(), one)).isEqualTo(201);
  }

  @Test
  void channelsThatReadTheirPastEachByItselfAreInNoOneOrder() {
    RecordingSubscriber client = new RecordingSubscriber(WireForm.SSE_UNI);
    one.publish("a", "1");
    Subscription a = subscription(client, "a");
    Subscription b = subscription(client, "b");
    for (Subscription each : List.of(a, b)) {
      shard.subscribeReading(each, one.partition(), one.partition().window(), 0);
      shard.readTogether(List.of(each));
    }
    assertThat(shard.bookmarks().of(List.of(a, b), false).inOneOrder()).isFalse();
  }

  /// What a client cannot take of a large past ends it; it must come back further on each time.
  @Test
  void whoReadsALargePastIsWrittenToInSlicesThatLeadOn() {
    RecordingSubscriber client = new RecordingSubscriber(WireForm.SSE_UNI);
    String large = "\"" + "x".repeat(16 * 1024) + "\"";
    for (int i = 0; i < 60; i++) {
      one.publish("a", large);
    }
    Subscription a = subscription(client, "a");
    shard.subscribeReading(a, one.partition(), one.partition().window(), 0);
    shard.readTogether(List.of(a));
    Bookmark bookmark = bookmark(a);
    loop.runOne();
    assertThat(client.pushes).hasSizeBetween(1, 6);
    assertThat(client.flushes).isPositive();
    assertThat(offset(bookmark.token(), one)).isEqualTo(client.pushes.size());
    loop.runAll();
    assertThat(client.pushes).hasSize(60);
  }

  /// Keys that have moved away meanwhile lie where the connection does not read.
  @Test
  void aPositionSpeaksOfTheTopicAsItWasWhenItsConnectionBegan() {
    RecordingSubscriber client = new RecordingSubscriber(WireForm.SSE_UNI);
    Bookmark bookmark = bookmark(fresh(client, one, "a"), fresh(client, two, "b"));
    String before = one.partition().window().epoch();
    one.recount(8);
    PositionVector read = ((PositionTokens.Good) tokens.read(bookmark.token())).positions();
    assertThat(read.of(before).orElseThrow().epoch()).isEqualTo(before);
    assertThat(one.partition().window().epoch()).isNotEqualTo(before);
  }

  /// Whatever the moment of a cut: who comes back with the position gets each record exactly once,
  /// also when it is cut while it still reads what it missed of several channels.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyRecordComesOnceHoweverOftenAConnectionIsCut(long seed) {
    Random random = new Random(seed);
    List<String> keys = Stream.of("a", "b", "c", "d", "e").toList();
    RecordingSubscriber client = new RecordingSubscriber(WireForm.SSE_UNI);
    List<Subscription> subscriptions = new ArrayList<>();
    for (String key : keys) {
      subscriptions.add(fresh(client, one, key));
    }
    Bookmark bookmark = shard.bookmarks().of(subscriptions, true);
    List<Long> got = new ArrayList<>();
    Set<Long> wanted = new HashSet<>();
    for (int step = 0; step < 400; step++) {
      for (int n = random.nextInt(60); n > 0; n--) {
        String key = random.nextInt(4) == 0 ? "other" : keys.get(random.nextInt(keys.size()));
        if (!key.equals("other")) {
          wanted.add(one.partition().window().tail() + 1);
        }
        one.publish(key, "1");
      }
      for (int n = random.nextInt(3); n > 0; n--) {
        loop.runOne();
      }
      if (random.nextInt(4) == 0) {
        if (random.nextBoolean()) {
          bookmark.reachOn();
        }
        long since = offset(bookmark.token(), one);
        got.addAll(client.offsets());
        subscriptions.forEach(shard::unsubscribe);
        subscriptions.clear();
        client = new RecordingSubscriber(WireForm.SSE_UNI);
        for (String key : keys) {
          Subscription again = subscription(client, key);
          assertThat(
                  shard.subscribeReading(again, one.partition(), one.partition().window(), since))
              .isTrue();
          subscriptions.add(again);
        }
        shard.readTogether(subscriptions);
        bookmark = shard.bookmarks().of(subscriptions, true);
      }
    }
    loop.runAll();
    got.addAll(client.offsets());
    assertThat(got).isSorted().doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(wanted);
  }
}
