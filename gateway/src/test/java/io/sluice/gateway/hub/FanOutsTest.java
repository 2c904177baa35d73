package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// Publications that are followed: when they are over, and to how many they were given.
final class FanOutsTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final long NEVER = Long.MAX_VALUE;

  private final ManualLoop one = new ManualLoop();
  private final ManualLoop two = new ManualLoop();
  private final Hub hub = new Hub(List.of(one, two), new PositionTokens("key"));
  private final TestPartition log =
      new TestPartition(POLICY.binding("default"), ByteSize.mib(1), hub);
  private final List<String> told = new ArrayList<>();

  private final class Telling implements FanOuts.Told {
    @Override
    public void given(long subscriptions) {
      told.add("given " + subscriptions);
    }

    @Override
    public void gaveUp(long subscriptions) {
      told.add("gave up " + subscriptions);
    }
  }

  private Followed publication(long offset, String key) {
    return new Followed(log.partition(), offset, key, 1, "a".repeat(32), "b".repeat(16));
  }

  /// As a tailer does it: before the record can be read.
  private void publishFollowed(String key) {
    long offset = log.partition().window().tail();
    assertThat(hub.fanOuts().follow(publication(offset, key), new Telling())).isTrue();
    log.publish(key, "1");
  }

  private RecordingSubscriber subscribed(int loop, String key) {
    RecordingSubscriber subscriber = new RecordingSubscriber();
    hub.shards()
        .get(loop)
        .subscribe(
            new Subscription(subscriber, new ChannelName("default", key), POLICY, Side.CLIENT),
            log.partition());
    return subscriber;
  }

  @Test
  void itIsOverWhenTheLastLoopHasWrittenItAndAllSubscribersAreCounted() {
    RecordingSubscriber first = subscribed(0, "a");
    subscribed(0, "a");
    RecordingSubscriber third = subscribed(1, "a");
    log.publish("a", "0"); // not followed
    publishFollowed("a");
    one.runAll();
    assertThat(first.pushes).hasSize(2);
    assertThat(first.flushes).isPositive();
    assertThat(told).isEmpty();

    two.runAll();
    assertThat(third.pushes).hasSize(2);
    assertThat(told).containsExactly("given 3");
    assertThat(hub.fanOuts().any()).isFalse();
  }

  @Test
  void onlyLoopsWithSubscribersAreWaitedFor() {
    subscribed(0, "b");
    subscribed(1, "a");
    publishFollowed("a");
    two.runAll();
    assertThat(told).containsExactly("given 1");
  }

  @Test
  void whatNobodyWantsIsOverAtOnce() {
    subscribed(0, "b");
    publishFollowed("a");
    assertThat(told).containsExactly("given 0");
  }

  /// The tail is there before the tailer looks who is interested.
  @Test
  void aLoopMayHaveItBehindItBeforeAnybodyHasLookedWhoWantsIt() {
    RecordingSubscriber client = subscribed(0, "a");
    log.publish("a", "0");
    assertThat(hub.fanOuts().follow(publication(1, "a"), new Telling())).isTrue();
    log.append("a", "1"); // the loop's turn, for the one before, comes across it
    one.runAll();
    assertThat(client.pushes).hasSize(2);
    assertThat(told).isEmpty();

    log.tell(1);
    assertThat(told).containsExactly("given 1");
    one.runAll();
    assertThat(client.pushes).hasSize(2);
    assertThat(told).hasSize(1);
  }

  @Test
  void manySubscribersAreFlushedBeforeItIsOver() {
    List<RecordingSubscriber> many = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      many.add(subscribed(0, "a"));
    }
    publishFollowed("a");
    one.runOne(); // the turn: everybody is given it, some are flushed
    assertThat(many).allSatisfy(each -> assertThat(each.pushes).hasSize(1));
    assertThat(told).isEmpty();
    one.runAll();
    assertThat(many).allSatisfy(each -> assertThat(each.flushes).isPositive());
    assertThat(told).containsExactly("given 1000");
  }

  /// As on a loop that is given more than it can write: somebody is always due.
  @Test
  void itIsOverThoughOthersAreDueAllTheTime() {
    for (int i = 0; i < 1_000; i++) {
      subscribed(0, "a");
    }
    publishFollowed("a");
    for (int i = 0; i < 200 && told.isEmpty(); i++) {
      log.publish("a", "2");
      one.runOne();
      assertThat(one.waiting()).as("more is to be flushed").isPositive();
    }
    assertThat(told).containsExactly("given 1000");
  }

  @Test
  void whoHasNoRoomIsNotCountedAndNotWaitedFor() {
    subscribed(0, "a").full = true;
    subscribed(0, "a");
    publishFollowed("a");
    one.runAll();
    assertThat(told).containsExactly("given 1");
  }

  @Test
  void aLoopThatDoesNotComeIsGivenUp() {
    AtomicLong nanos = new AtomicLong();
    FanOuts fanOuts = new FanOuts(nanos::get);
    assertThat(fanOuts.follow(publication(7, "a"), new Telling())).isTrue();
    fanOuts.due(log.partition(), 0, 10, _ -> 0b11);
    FanOut fanOut = fanOuts.of(log.partition(), 7).orElseThrow();
    fanOuts.passed(fanOut, 1, 4);
    nanos.set(FanOuts.PATIENCE.toNanos());
    fanOuts.look();
    assertThat(told).isEmpty();

    nanos.incrementAndGet();
    fanOuts.look();
    assertThat(told).containsExactly("gave up 4");
    fanOuts.passed(fanOut, 0, 1);
    assertThat(told).hasSize(1);
    assertThat(fanOuts.any()).isFalse();
  }

  @Test
  void thereAreNoMoreThanSoMany() {
    FanOuts fanOuts = new FanOuts(() -> 0);
    for (int i = 0; i < FanOuts.MAX; i++) {
      assertThat(fanOuts.follow(publication(i, "a"), new Telling())).isTrue();
    }
    assertThat(fanOuts.follow(publication(FanOuts.MAX, "a"), new Telling())).isFalse();
    fanOuts.forget(publication(3, "a"));
    assertThat(told).containsExactly("gave up 0");
    assertThat(fanOuts.follow(publication(FanOuts.MAX, "a"), new Telling())).isTrue();

    fanOuts.due(log.partition(), 0, NEVER, _ -> 0);
    assertThat(told).hasSize(1 + FanOuts.MAX);
    assertThat(fanOuts.any()).isFalse();
  }

  @Test
  void aHubThatClosesGivesThemUp() {
    subscribed(0, "a");
    publishFollowed("a");
    hub.close();
    assertThat(told).containsExactly("gave up 0");
  }

  @Test
  void aTracedDeliveryIsAnExampleOfItsBucket() {
    subscribed(0, "a");
    publishFollowed("a"); // its time is 1970
    one.runAll();
    assertThat(hub.ages("default").examples())
        .singleElement()
        .satisfies(example -> {
          assertThat(example.age()).isGreaterThan(60);
          assertThat(example.trace()).isEqualTo("a".repeat(32));
          assertThat(example.span()).isEqualTo("b".repeat(16));
        });
  }
}
