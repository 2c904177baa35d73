package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/// Who is written to when.
final class FlushQueueTest {
  private static final Duration DELAY = Duration.ofMillis(20);

  private final ManualLoop loop = new ManualLoop();
  private final FlushQueue queue = new FlushQueue(loop);

  private static List<RecordingSubscriber> subscribers(int count) {
    return Stream.generate(RecordingSubscriber::new).limit(count).toList();
  }

  private void given(List<RecordingSubscriber> all, Duration delay) {
    FlushQueue.Lane lane = queue.lane(delay, all.size());
    all.forEach(each -> queue.add(each, lane));
  }

  private static long flushed(List<RecordingSubscriber> all) {
    return all.stream().filter(each -> each.flushes > 0).count();
  }

  @Test
  void whatComesTogetherIsWrittenOnceAndAtOnce() {
    List<RecordingSubscriber> all = subscribers(3);
    given(all, Duration.ZERO);
    given(all, Duration.ZERO);
    queue.flushSoon();
    assertThat(all).allSatisfy(each -> assertThat(each.flushes).isEqualTo(1));
    assertThat(loop.waiting()).isZero();
  }

  @Test
  void aTaskFlushesSoManyAndThenOthersHaveTheirTurn() {
    List<RecordingSubscriber> all = subscribers(10_000);
    given(all, Duration.ZERO);
    queue.flushSoon();
    assertThat(flushed(all)).isBetween(1L, (long) FlushQueue.FLUSHES_A_TASK);
    assertThat(loop.waiting()).isEqualTo(1);
    queue.flushSoon(); // another turn, while it is under way
    assertThat(flushed(all)).isLessThanOrEqualTo(FlushQueue.FLUSHES_A_TASK);
    loop.runAll();
    assertThat(all).allSatisfy(each -> assertThat(each.flushes).isEqualTo(1));
  }

  /// Whatever the clock says, at most every other flush is for the large channel while somebody of
  /// a small one is due.
  @Test
  void fewDoNotWaitForMany() {
    List<RecordingSubscriber> many = subscribers(10_000);
    List<RecordingSubscriber> few = subscribers(5);
    given(many, Duration.ZERO);
    queue.flushSoon();
    given(few, Duration.ZERO);
    long before = flushed(many);
    while (flushed(few) < few.size()) {
      loop.runOne();
    }
    assertThat(flushed(many) - before).isLessThanOrEqualTo(FlushQueue.FLUSHES_A_TASK);
    assertThat(flushed(many)).isLessThan(many.size());
  }

  @Test
  void aMiddlingChannelDoesNotWaitForALargeOne() {
    List<RecordingSubscriber> large = subscribers(10_000);
    List<RecordingSubscriber> middling = subscribers(300);
    given(large, Duration.ZERO);
    queue.flushSoon();
    given(middling, Duration.ZERO);
    long before = flushed(large);
    while (flushed(middling) < middling.size()) {
      loop.runOne();
    }
    assertThat(flushed(large) - before).isBetween(1L, 300L + FlushQueue.FLUSHES_A_TASK);
  }

  @Test
  void manyDoNotWaitForFewEither() {
    List<RecordingSubscriber> many = subscribers(1_000);
    given(many, Duration.ZERO);
    queue.flushSoon();
    for (int i = 0; i < 1_000 && flushed(many) < many.size(); i++) {
      given(subscribers(100), Duration.ZERO);
      loop.runOne();
    }
    assertThat(flushed(many)).isEqualTo(many.size());
  }

  @Test
  void whoMayWaitIsWrittenToWhenTheDelayIsOver() {
    List<RecordingSubscriber> all = subscribers(3);
    given(all, DELAY);
    queue.flushSoon();
    given(all, DELAY);
    queue.flushSoon();
    loop.runAll();
    assertThat(flushed(all)).isZero();
    loop.pass();
    assertThat(all).allSatisfy(each -> assertThat(each.flushes).isEqualTo(1));
    loop.pass();
    assertThat(all).allSatisfy(each -> assertThat(each.flushes).isEqualTo(1));
  }

  @Test
  void whatMayNotWaitTakesTheRestWithIt() {
    List<RecordingSubscriber> all = subscribers(1);
    given(all, DELAY);
    given(all, Duration.ZERO);
    queue.flushSoon();
    assertThat(all.getFirst().flushes).isEqualTo(1);
  }

  @Test
  void moreDelaysThanLanesAreShorterThanTheyMayBe() {
    List<RecordingSubscriber> all = new ArrayList<>();
    for (int i = 1; i <= 40; i++) {
      List<RecordingSubscriber> one = subscribers(1);
      given(one, Duration.ofMillis(i));
      all.addAll(one);
    }
    queue.flushSoon();
    loop.runAll();
    assertThat(flushed(all)).isEqualTo(40 - 27);
    loop.pass();
    assertThat(flushed(all)).isEqualTo(40);
  }
}
