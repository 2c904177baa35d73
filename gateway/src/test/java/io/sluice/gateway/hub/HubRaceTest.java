package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.Position;
import io.sluice.broker.TestPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The races between a tailer and a loop, each named and pinned.
final class HubRaceTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final TopicBinding BINDING = POLICY.binding("default");
  private static final long PLENTY = 1 << 20;

  private final ManualLoop loop = new ManualLoop();
  private final Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition log = new TestPartition(BINDING, ByteSize.mib(1), hub);
  private final RecordingSubscriber client = new RecordingSubscriber();

  private Subscription subscription(String key) {
    return new Subscription(client, new ChannelName("default", key), POLICY, Side.CLIENT);
  }

  private Caught since(long offset, long maxBytes) {
    return shard.subscribeSince(
        subscription("a"), log.partition(), log.partition().window(), offset, maxBytes);
  }

  @Test
  void aRecordAppendedBeforeTheInterestIsInTheAnswerAndNotPushedAgain() {
    log.append("a", "1"); // the tailer has published the tail, and is held before it looks
    Caught caught = since(0, PLENTY);
    log.tell(0);
    loop.runAll();

    assertThat(((Caught.All) caught).missed()).hasSize(1);
    assertThat(client.pushes).isEmpty();
  }

  @Test
  void aFreshSubscriptionAtTheTailDoesNotGetTheRecordThatMadeTheTail() {
    log.append("a", "1");
    Position at = shard.subscribe(subscription("a"), log.partition());
    log.tell(0);
    loop.runAll();

    assertThat(at.offset()).isEqualTo(1);
    assertThat(client.pushes).isEmpty();
  }

  @Test
  void aRecordAppendedAfterTheAnswerIsPushedOnce() {
    since(0, PLENTY);
    log.publish("a", "1");
    log.publish("a", "2");
    loop.runAll();

    assertThat(client.offsets()).containsExactly(1L, 2L);
  }

  @Test
  void manyAppendsRaiseOneTaskAndOneFlush() {
    shard.subscribe(subscription("a"), log.partition());
    for (int i = 0; i < 100; i++) {
      log.publish("a", "1");
    }

    assertThat(loop.waiting()).isEqualTo(1);
    loop.runAll();
    assertThat(client.pushes).hasSize(100);
    assertThat(client.flushes).isEqualTo(1);
  }

  @Test
  void recordsNobodyWantsWakeNobody() {
    shard.subscribe(subscription("a"), log.partition());
    log.publish("b", "1");

    assertThat(loop.waiting()).isZero();
  }

  @Test
  void evictionBetweenTwoReadsMakesTheReadingVoid() {
    log.publish("a", "not json"); // found out in the middle of the reading, and then ...
    log.publish("a", "1");
    log.onBadPayload(this::fillWindow); // ... everything is evicted before the reading is done

    Caught caught = since(0, PLENTY);

    assertThat(caught).isInstanceOf(Caught.Lost.class);
    log.publish("a", "2");
    loop.runAll();
    assertThat(client.pushes).as("the subscription was not taken up").isEmpty();
  }

  @Test
  void aBatchThatEvictsItsOwnBeginningIsNotTakenForWhole() {
    shard.subscribe(subscription("a"), log.partition());
    String big = "\"" + "x".repeat(100_000) + "\"";
    for (int i = 0; i < 60; i++) {
      log.append("a", big);
    }
    log.tell(0);
    loop.runAll();

    assertThat(log.partition().window().floor()).isPositive();
    assertThat(client.insufficient).hasSize(1);
    assertThat(client.pushes).isEmpty();
  }

  @Test
  void aClientThatReadsItsPastNeitherHoldsUpNorEndsItsNeighbours() {
    for (int i = 0; i < 2_000; i++) {
      log.publish("a", Integer.toString(i));
    }
    RecordingSubscriber neighbour = new RecordingSubscriber();
    shard.subscribe(
        new Subscription(neighbour, new ChannelName("default", "b"), POLICY, Side.CLIENT),
        log.partition());
    since(0, 1_000);
    log.publish("b", "1");
    loop.runOne();

    assertThat(neighbour.offsets()).containsExactly(2_001L);
    assertThat(client.pushes).hasSizeLessThan(200);
    fillWindow(); // overtakes the reader
    loop.runAll();
    assertThat(client.insufficient).hasSize(1);
    assertThat(neighbour.insufficient).as("it missed nothing").isEmpty();
  }

  @Test
  void anAnswerWithNoRoomHoldsNothingAndEverythingComesAsPushes() {
    log.publish("a", "1");
    log.publish("a", "2");

    Caught.All caught = (Caught.All) since(0, 10);

    assertThat(caught.missed()).isEmpty();
    assertThat(caught.at().offset()).as("the position asked with").isZero();
    loop.runAll();
    assertThat(client.offsets()).containsExactly(1L, 2L);
  }

  @Test
  void aSubscriberThatFailsUnforeseenHarmsNoOther() {
    RecordingSubscriber failing = new RecordingSubscriber();
    failing.fail = true;
    shard.subscribe(
        new Subscription(failing, new ChannelName("default", "a"), POLICY, Side.CLIENT),
        log.partition());
    shard.subscribe(subscription("a"), log.partition());
    log.publish("a", "1");
    loop.runAll();

    assertThat(failing.broken).hasSize(1);
    assertThat(client.offsets()).containsExactly(1L);
  }

  @Test
  void aLoopOvertakenByEvictionTellsItsSubscribersBeforeAnythingLater() {
    shard.subscribe(subscription("a"), log.partition());
    log.publish("a", "1"); // the loop is slow and does not run
    fillWindow();
    log.publish("a", "2");
    loop.runAll();

    assertThat(client.insufficient).hasSize(1);
    assertThat(client.pushes).as("nothing later may come without what is missing").isEmpty();
  }

  private void fillWindow() {
    String big = "\"" + "x".repeat(100_000) + "\"";
    for (int i = 0; i < 30; i++) {
      log.publish("filler", big);
    }
  }

  @Test
  void aRestartedTailerGoesOnWithoutGapOrRepetition() {
    shard.subscribe(subscription("a"), log.partition());
    log.publish("a", "1");
    log.restartTailer();
    assertThat(log.appendAsBefore("a", "late")).as("the old tailer is refused").isFalse();
    log.publish("a", "2");
    loop.runAll();

    assertThat(client.offsets()).containsExactly(1L, 2L);
  }

  @Test
  void aBrokenLogEndsSubscriptionsOfTheOldLineageAndServesNewOnesFromItsStart() {
    shard.subscribe(subscription("a"), log.partition());
    log.publish("a", "1");
    log.publish("a", "2"); // offsets left for the loop are above what the new log will have
    log.breakOff(ByteSize.mib(1));
    RecordingSubscriber later = new RecordingSubscriber();
    shard.subscribe(
        new Subscription(later, new ChannelName("default", "a"), POLICY, Side.CLIENT),
        log.partition());
    log.publish("a", "3");
    loop.runAll();

    assertThat(client.insufficient).hasSize(1);
    assertThat(later.offsets()).containsExactly(1L);
  }

  @Test
  void aClientAheadOfThisNodeGetsOnlyWhatIsBeyondItsPosition() {
    log.publish("a", "1");
    shard.subscribeAhead(subscription("a"), log.partition(), log.partition().window(), 3);
    for (int i = 2; i <= 5; i++) {
      log.publish("a", Integer.toString(i));
    }
    loop.runAll();

    assertThat(client.offsets()).containsExactly(4L, 5L);
  }

  @Test
  void aTailThatOvertookAClientAheadMeanwhileLosesNothing() {
    for (int i = 1; i <= 5; i++) {
      log.publish("a", Integer.toString(i));
    }
    shard.subscribeAhead(subscription("a"), log.partition(), log.partition().window(), 3);
    loop.runAll();

    assertThat(client.offsets()).containsExactly(4L, 5L);
  }

  @Test
  void whatDoesNotFitIntoTheAnswerComesAsPushesInOrder() {
    for (int i = 0; i < 100; i++) {
      log.publish("a", "\"" + "x".repeat(1_000) + "\"");
    }
    Caught.All caught = (Caught.All) since(0, 10_000);
    log.publish("a", "1");
    loop.runAll();

    List<Long> all = new ArrayList<>(caught.missed().stream().map(p -> p.offset()).toList());
    assertThat(all).isNotEmpty().hasSizeLessThan(12);
    all.addAll(client.offsets());
    assertThat(all).isEqualTo(LongStream.rangeClosed(1, 101).boxed().toList());
  }

  @Test
  void aTurnIsBoundedAndGoesOnWhereItStopped() {
    shard.subscribe(subscription("a"), log.partition());
    for (int i = 0; i < 10_000; i++) {
      log.publish("a", "1");
    }
    loop.runOne();
    assertThat(client.pushes).hasSizeLessThanOrEqualTo(PartitionTurns.WORK_A_TURN);
    loop.runAll();

    assertThat(client.offsets()).isEqualTo(LongStream.rangeClosed(1, 10_000).boxed().toList());
  }

  /// Hand-over against subscribe, with real threads: whatever the interleaving, answer and pushes
  /// together are every record once and in order.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void subscribingWhileTheTailerAppendsNeitherMissesNorRepeats(long seed) throws Exception {
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try {
      LoopThread real =
          new LoopThread() {
            @Override
            public void execute(Runnable task) {
              thread.execute(task);
            }

            @Override
            public void after(Duration delay, Runnable task) {
              throw new AssertionError("nothing here is delayed");
            }

            @Override
            public boolean inLoop() {
              return true;
            }
          };
      Hub realHub = new Hub(List.of(real), new PositionTokens("key"));
      TestPartition realLog = new TestPartition(BINDING, ByteSize.mib(64), realHub);
      AtomicBoolean done = new AtomicBoolean();
      Thread tailer =
          Thread.ofPlatform()
              .start(() -> {
                while (!done.get()) {
                  realLog.publish("a", "1");
                  LockSupport.parkNanos(20_000);
                }
              });
      Random random = new Random(seed);
      for (int round = 0; round < 100; round++) {
        RecordingSubscriber subscriber = new RecordingSubscriber();
        CountDownLatch enough = subscriber.expect(5);
        Subscription subscription =
            new Subscription(subscriber, new ChannelName("default", "a"), POLICY, Side.CLIENT);
        long back = random.nextInt(20);
        List<Long> seen =
            thread
                .submit(() -> {
                  long since = Math.max(0, realLog.partition().window().tail() - back);
                  Caught.All caught =
                      (Caught.All)
                          realHub
                              .shards()
                              .getFirst()
                              .subscribeSince(
                                  subscription,
                                  realLog.partition(),
                                  realLog.partition().window(),
                                  since,
                                  2_000);
                  List<Long> got = new ArrayList<>(List.of(since));
                  caught.missed().forEach(p -> got.add(p.offset()));
                  return got;
                })
                .get(10, TimeUnit.SECONDS);
        assertThat(enough.await(10, TimeUnit.SECONDS)).isTrue();
        thread
            .submit(() -> realHub.shards().getFirst().unsubscribe(subscription))
            .get(10, TimeUnit.SECONDS);
        List<Long> all = new ArrayList<>(seen);
        all.addAll(thread.submit(subscriber::offsets).get(10, TimeUnit.SECONDS));
        assertThat(all)
            .isEqualTo(
                LongStream.range(all.getFirst(), all.getFirst() + all.size()).boxed().toList());
      }
      done.set(true);
      tailer.join();
    } finally {
      thread.shutdownNow();
    }
  }
}
