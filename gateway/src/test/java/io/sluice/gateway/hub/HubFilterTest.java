package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.Publication;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.filter.TagFilter;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Filters in the fan-out: applied once, and positions stay exact.
final class HubFilterTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final int MOST = 100;
  private static final long PLENTY = 1 << 20;

  private final ManualLoop one = new ManualLoop();
  private final ManualLoop other = new ManualLoop();
  private final Hub hub = new Hub(List.of(one, other), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(8), hub);

  private static TagFilter kind(String... kinds) {
    return new TagFilter.In("kind", Set.of(kinds));
  }

  private static Subscription subscription(
      RecordingSubscriber subscriber, HubShard at, TagFilter filter) {
    return new Subscription(
        subscriber,
        new ChannelName("default", "a"),
        POLICY,
        Side.CLIENT,
        Delta.NONE,
        at.filters().take(filter, MOST).orElseThrow());
  }

  private RecordingSubscriber live(HubShard at, TagFilter filter) {
    RecordingSubscriber subscriber = new RecordingSubscriber();
    at.subscribe(subscription(subscriber, at, filter), log.partition());
    return subscriber;
  }

  private Caught.All recover(RecordingSubscriber subscriber, TagFilter filter, long since) {
    return (Caught.All)
        shard.subscribeSince(
            subscription(subscriber, shard, filter),
            log.partition(),
            log.partition().window(),
            since,
            PLENTY);
  }

  private void publish(String kind) {
    log.publish("a", "1", Map.of("kind", kind));
  }

  private void run() {
    one.runAll();
    other.runAll();
  }

  private static List<Long> offsets(Caught.All caught) {
    return caught.missed().stream().map(Publication::offset).toList();
  }

  @Test
  void aFilterIsAppliedOnceOnALoopForTenThousandSubscribers() {
    List<RecordingSubscriber> all = new ArrayList<>();
    for (int i = 0; i < 10_000; i++) {
      all.add(live(hub.shards().get(i % 2), kind("trade", "cancel")));
    }
    publish("trade");
    publish("quote");
    publish("cancel");
    run();

    assertThat(all).allSatisfy(s -> assertThat(s.offsets()).containsExactly(1L, 3L));
    assertThat(hub.filtersApplied()).as("two loops, three publications").isEqualTo(2 * 3);
    assertThat(hub.keptBack()).isEqualTo(10_000);
  }

  @Test
  void eachDifferentFilterOfAChannelIsAppliedOnce() {
    List<RecordingSubscriber> trades = new ArrayList<>();
    List<RecordingSubscriber> quotes = new ArrayList<>();
    RecordingSubscriber all = new RecordingSubscriber();
    for (int i = 0; i < 50; i++) { // they take turns in the channel's list
      trades.add(live(shard, kind("trade")));
      quotes.add(live(shard, kind("quote")));
    }
    shard.subscribe(
        new Subscription(all, new ChannelName("default", "a"), POLICY, Side.CLIENT),
        log.partition());
    publish("trade");
    publish("quote");
    run();

    assertThat(trades).allSatisfy(s -> assertThat(s.offsets()).containsExactly(1L));
    assertThat(quotes).allSatisfy(s -> assertThat(s.offsets()).containsExactly(2L));
    assertThat(all.offsets()).containsExactly(1L, 2L);
    assertThat(hub.filtersApplied()).isEqualTo(2 * 2);
  }

  @Test
  void aConnectionThatGotNothingIsNotFlushed() {
    RecordingSubscriber subscriber = live(shard, kind("trade"));
    publish("quote");
    run();

    assertThat(subscriber.pushes).isEmpty();
    assertThat(subscriber.flushes).isZero();
  }

  @Test
  void aRecoveryLongerThanItsAnswerGoesOnFilteredAndThenLive() {
    for (int i = 0; i < 4_000; i++) {
      publish(i % 2 == 0 ? "trade" : "quote");
    }
    RecordingSubscriber subscriber = new RecordingSubscriber();
    Caught.All caught = recover(subscriber, kind("trade"), 0);
    publish("quote");
    publish("trade");
    run();

    List<Long> came = new ArrayList<>(offsets(caught));
    came.addAll(subscriber.offsets());
    assertThat(came)
        .containsExactlyElementsOf(
            LongStream.concat(LongStream.range(0, 2_000).map(i -> 2 * i + 1), LongStream.of(4_002))
                .boxed()
                .toList());
    assertThat(caught.at().offset()).as("the position asked with").isZero();
  }

  @Test
  void whoseFilterLetNothingPassHasMissedNothing() {
    publish("quote");
    publish("quote");
    Caught.All caught = recover(new RecordingSubscriber(), kind("trade"), 0);

    assertThat(caught.missed()).isEmpty();
    assertThat(caught.at().offset()).as("where the log has come to").isEqualTo(2);
  }

  /// A client that is cut at any moment and comes back with what it knows gets each publication it
  /// wants once, in order.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void aClientThatComesAndGoesGetsEachOnce(long seed) {
    Random random = new Random(seed);
    TagFilter filter = kind("trade");
    List<Long> wanted = new ArrayList<>();
    List<Long> came = new ArrayList<>();
    long position = 0;
    long end = 0;
    for (int life = 0; life < 40; life++) {
      RecordingSubscriber subscriber = new RecordingSubscriber();
      Subscription subscription = subscription(subscriber, shard, filter);
      Caught.All caught =
          (Caught.All)
              shard.subscribeSince(
                  subscription, log.partition(), log.partition().window(), position, 300);
      came.addAll(offsets(caught));
      position = caught.missed().isEmpty() ? caught.at().offset() : came.getLast();
      for (int i = random.nextInt(30); i > 0; i--) {
        boolean trade = random.nextInt(3) == 0;
        publish(trade ? "trade" : "quote");
        end++;
        if (trade) {
          wanted.add(end);
        }
        if (random.nextBoolean()) {
          one.runOne();
        }
      }
      if (life == 39) {
        run();
      }
      came.addAll(subscriber.offsets());
      position = subscriber.pushes.isEmpty() ? position : came.getLast();
      shard.unsubscribe(subscription);
    }
    assertThat(came).as("seed " + seed).isEqualTo(wanted);
  }
}
