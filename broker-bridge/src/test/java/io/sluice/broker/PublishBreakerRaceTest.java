package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.BreakerState.State;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Publishes that come and end while a breaker changes its mind. A try that is lost between two
/// trials would leave it half-open for ever: there is no other end to a trial here, since nothing
/// is too long for these breakers.
@Timeout(60)
class PublishBreakerRaceTest {
  private static final Duration OPEN_FOR = Duration.ofMillis(10);
  private static final BreakerSettings SETTINGS =
      new BreakerSettings(50, Duration.ofSeconds(60), OPEN_FOR, 2);

  private final AtomicLong now = new AtomicLong();
  private final AtomicReference<Runnable> meanwhile = new AtomicReference<>(() -> {});
  private final AtomicInteger looks = new AtomicInteger();

  /// The second publish comes whenever the first one looks at the clock: before the trial has
  /// begun, while the breaker changes, and after it was let through.
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4})
  void aPublishThatComesWhileATrialBeginsBelongsToIt(int look) throws Exception {
    PublishBreaker breaker = breaker(this::lookedAt);
    fail(breaker);
    now.addAndGet(OPEN_FOR.toNanos() + 1);
    AtomicReference<OptionalInt> second = new AtomicReference<>(OptionalInt.empty());
    Thread other = Thread.ofPlatform().unstarted(() -> second.set(breaker.permit()));
    meanwhile(look, other);
    OptionalInt first = breaker.permit();
    meanwhile.set(() -> {});
    if (other.getState() == Thread.State.NEW) {
      other.start(); // the clock is not looked at so often
    }
    other.join();
    end(breaker, first, KafkaSign.ANSWERED);
    end(breaker, second.get(), KafkaSign.ANSWERED);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
  }

  /// It was let through while all were, and must not end the trial that has begun meanwhile.
  @Test
  void aPublishThatIsLetThroughWhileItOpensIsNoneOfTheTrial() throws Exception {
    PublishBreaker breaker = breaker(this::lookedAt);
    AtomicReference<OptionalInt> trial = new AtomicReference<>(OptionalInt.empty());
    Thread other =
        Thread.ofPlatform()
            .unstarted(() -> {
              fail(breaker);
              now.addAndGet(OPEN_FOR.toNanos() + 1);
              trial.set(breaker.permit());
            });
    meanwhile(1, other);
    OptionalInt first = breaker.permit();
    other.join();
    end(breaker, first, KafkaSign.SILENT);
    assertThat(breaker.state().state()).isEqualTo(State.HALF_OPEN);
    end(breaker, trial.get(), KafkaSign.ANSWERED);
    end(breaker, breaker.permit(), KafkaSign.ANSWERED);
    assertThat(breaker.state().state()).isEqualTo(State.CLOSED);
  }

  /// Whatever came and went at a time, once all have ended it closes with the tries that it asks
  /// for.
  @Test
  void howeverManyComeAndEndAtATimeNoTryIsLost() throws Exception {
    PublishBreaker breaker = breaker(System::nanoTime);
    for (int round = 0; round < 20; round++) {
      int era = breaker.era();
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        threads.add(Thread.ofPlatform().start(() -> publish(breaker, over)));
      }
      await().pollInterval(Duration.ofMillis(1)).until(() -> breaker.era() - era >= 4);
      over.set(true);
      for (Thread thread : threads) {
        thread.join();
      }
      await()
          .pollInterval(Duration.ofMillis(1))
          .until(() -> {
            end(breaker, breaker.permit(), KafkaSign.ANSWERED);
            return breaker.state().state() == State.CLOSED;
          });
    }
  }

  private static void publish(PublishBreaker breaker, AtomicBoolean over) {
    Deque<Integer> underWay = new ArrayDeque<>();
    ThreadLocalRandom random = ThreadLocalRandom.current();
    while (!over.get()) {
      breaker.permit().ifPresent(underWay::add);
      if (!underWay.isEmpty() && random.nextInt(3) > 0) {
        int which = random.nextBoolean() ? underWay.removeFirst() : underWay.removeLast();
        breaker.ended(which, some(random.nextInt(20)), "no answer", OPEN_FOR);
      }
    }
    underWay.forEach(it -> breaker.ended(it, KafkaSign.NOTHING, "", OPEN_FOR));
  }

  private static KafkaSign some(int number) {
    return switch (number) {
      case 0 -> KafkaSign.SILENT;
      case 1, 2, 3, 4 -> KafkaSign.NOTHING;
      case 5, 6, 7, 8, 9 -> KafkaSign.FAILED;
      default -> KafkaSign.ANSWERED;
    };
  }

  /// Has another thread do something while this one looks at the clock, as far as it gets.
  private void meanwhile(int look, Thread other) {
    Thread mine = Thread.currentThread();
    meanwhile.set(() -> {
      if (Thread.currentThread() == mine && looks.incrementAndGet() == look) {
        other.start();
        await()
            .pollInterval(Duration.ofMillis(1))
            .until(() -> !other.isAlive() || other.getState() == Thread.State.BLOCKED);
      }
    });
  }

  private long lookedAt() {
    meanwhile.get().run();
    return now.get();
  }

  private static PublishBreaker breaker(LongSupplier nanoTime) {
    return new PublishBreaker(
        "orders",
        SETTINGS,
        Duration.ofDays(1),
        Clock.systemUTC(),
        nanoTime,
        new BridgeMetrics(new SimpleMeterRegistry()));
  }

  private static void fail(PublishBreaker breaker) {
    for (int i = 0; i < PublishBreaker.FEWEST; i++) {
      end(breaker, breaker.permit(), KafkaSign.FAILED);
    }
    assertThat(breaker.state().state()).isEqualTo(State.OPEN);
  }

  private static void end(PublishBreaker breaker, OptionalInt permit, KafkaSign sign) {
    permit.ifPresent(it -> breaker.ended(it, sign, "", OPEN_FOR));
  }
}
