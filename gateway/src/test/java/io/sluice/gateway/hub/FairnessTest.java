package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.SocketConfig.Io;
import io.sluice.gateway.edge.EdgeLoops;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// A channel with very many subscribers does not hold up a small one on the same loop.
///
/// A write takes about 8 µs, so waiting is counted in writes to the big channel's connections,
/// between the moment the small channel's publication is there and its own write. They may be those
/// of two slices: the one that is under way, and the one in which it has its share. All 10,000
/// would be 80 ms.
final class FairnessTest {
  private static final int MANY = 10_000;
  private static final int BOUND = 2 * FlushQueue.FLUSHES_A_TASK;
  private static final int FEW = 5;
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final TopicBinding BINDING = POLICY.binding("default");

  /// Where the small channel's records lie.
  enum Where {
    /// In the big channel's partition.
    BESIDE,
    /// In another one.
    ELSEWHERE
  }

  /// Two channels on a loop, and how many writes each has had.
  private static final class Channels {
    final Hub hub;
    final TestPartition big;
    final TestPartition small;
    final AtomicInteger bigWrites = new AtomicInteger();
    final AtomicInteger smallWrites = new AtomicInteger();

    /// Of the big channel, when the small one's last publication came.
    private int before;

    /// The most of the big channel that a write of the small one has waited for.
    final AtomicInteger waited = new AtomicInteger();

    Channels(LoopThread loop, Where where) {
      hub = new Hub(List.of(loop), new PositionTokens("key"));
      big = new TestPartition(0, BINDING, ByteSize.mib(1), hub);
      small = where == Where.BESIDE ? big : new TestPartition(1, BINDING, ByteSize.mib(1), hub);
    }

    void subscribe(int many, Runnable write) {
      for (int i = 0; i < many; i++) {
        subscribe(subscriber(write, bigWrites), big, "big");
      }
      for (int i = 0; i < FEW; i++) {
        subscribe(new CountingSubscriber(WireForm.JSON, this::smallWrite), small, "small");
      }
    }

    static CountingSubscriber subscriber(Runnable write, AtomicInteger writes) {
      return new CountingSubscriber(
          WireForm.JSON,
          () -> {
            writes.incrementAndGet();
            write.run();
          });
    }

    void subscribe(Subscriber subscriber, TestPartition log, String key) {
      hub.shards()
          .getFirst()
          .subscribe(
              new Subscription(subscriber, new ChannelName("default", key), POLICY, Side.CLIENT),
              log.partition());
    }

    void smallWrite() {
      smallWrites.incrementAndGet();
      waited.accumulateAndGet(bigWrites.get() - before, Math::max);
    }

    void publishSmall() {
      before = bigWrites.get();
      small.publish("small", "1");
    }
  }

  private final ManualLoop loop = new ManualLoop();

  /// Whenever it comes: together with the big channel's, when its subscribers have been given it,
  /// in the middle of their writes, near the end of them.
  @ParameterizedTest
  @CsvSource({
    "ELSEWHERE, 0", "ELSEWHERE, 1", "ELSEWHERE, 20", "ELSEWHERE, 38",
    "BESIDE, 0", "BESIDE, 1", "BESIDE, 20", "BESIDE, 38"
  })
  void aSmallChannelWaitsForTwoSlicesOfABigOneAtMost(Where where, int tasks) {
    Channels channels = new Channels(loop, where);
    channels.subscribe(MANY, () -> {});
    channels.big.publish("big", "1");
    for (int i = 0; i < tasks; i++) {
      loop.runOne();
    }
    channels.publishSmall();
    loop.runAll();

    assertThat(channels.smallWrites.get()).isEqualTo(FEW);
    assertThat(channels.waited.get()).isLessThanOrEqualTo(BOUND);
    assertThat(channels.bigWrites.get()).as("nobody is forgotten").isEqualTo(MANY);
  }

  /// Who hears the big channel, too, is not put off with it.
  @Test
  void soDoesAConnectionThatHearsBoth() {
    Channels channels = new Channels(loop, Where.ELSEWHERE);
    channels.subscribe(MANY, () -> {});
    AtomicInteger writes = new AtomicInteger();
    List<Integer> waited = new ArrayList<>();
    CountingSubscriber both =
        Channels.subscriber(() -> waited.add(channels.bigWrites.get()), writes);
    channels.subscribe(both, channels.big, "big");
    channels.subscribe(both, channels.small, "mine");
    channels.big.publish("big", "1");
    loop.runOne();
    int before = channels.bigWrites.get();
    channels.small.publish("mine", "1");
    loop.runAll();

    assertThat(both.offered).isEqualTo(2);
    assertThat(waited.getFirst() - before).isLessThanOrEqualTo(BOUND);
    assertThat(writes.get()).as("one write for both").isEqualTo(1);
  }

  /// Nor do many small channels stop a big one: the lanes take turns.
  @Test
  void aBigChannelGetsOnBesideAFloodOfSmallOnes() {
    Channels channels = new Channels(loop, Where.ELSEWHERE);
    channels.subscribe(MANY, () -> {});
    AtomicInteger flood = new AtomicInteger();
    for (int i = 0; i < MANY; i++) {
      channels.subscribe(
          Channels.subscriber(() -> {}, flood), channels.small, "small-" + i % 2_000);
    }
    channels.big.publish("big", "1");
    for (int i = 0; channels.bigWrites.get() < MANY; i++) {
      channels.small.publish("small-" + i % 2_000, "1"); // five writes
      if (i % 50 == 0) {
        loop.runOne();
      }
    }

    assertThat(flood.get()).isPositive().isLessThanOrEqualTo(2 * MANY);
  }

  /// On a real loop, where turns, writes and timers take turns by other rules.
  @ParameterizedTest
  @ValueSource(ints = {1, 300, 5_000})
  void theBoundHoldsOnARealLoop(int writes) throws Exception {
    try (EdgeLoops loops = new EdgeLoops(1, Io.AUTO)) {
      LoopThread real = loops.threads().getFirst();
      Channels channels = new Channels(real, Where.ELSEWHERE);
      CompletableFuture<Void> subscribed = new CompletableFuture<>();
      real.execute(() -> {
        channels.subscribe(
            MANY,
            () -> {
              if (channels.bigWrites.get() == writes) {
                channels.publishSmall();
              }
              busy();
            });
        subscribed.complete(null);
      });
      subscribed.get(10, TimeUnit.SECONDS);
      channels.big.publish("big", "1");
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> channels.bigWrites.get() == MANY && channels.smallWrites.get() == FEW);

      assertThat(channels.waited.get()).isLessThanOrEqualTo(BOUND);
    }
  }

  /// As long as the kernel takes for a write.
  private static void busy() {
    long end = System.nanoTime() + 8_000;
    while (System.nanoTime() < end) {
      Thread.onSpinWait();
    }
  }
}
