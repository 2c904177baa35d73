package io.sluice.perf.load;

import io.sluice.perf.check.Ledger;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;

/// Publishes at a pace, to channels in turn. Every publication is stamped with the moment it was
/// due, so that one that had to wait for its sender counts as late (no coordinated omission). One
/// thread.
public final class Load {
  private static final int MOST_KINDS = 20;
  private static final long NS_A_SECOND = 1_000_000_000;

  /// Waits shorter than this are not worth a sleep.
  private static final long SHORTEST_SLEEP_NS = 50_000;

  private final Publisher publisher;
  private final Ledger ledger;
  private final Payload payload;
  private final ConcurrentMap<String, LongAdder> failures = new ConcurrentHashMap<>();
  private int turn;

  /// @param ledger told what was published, and what became of it
  public Load(Publisher publisher, Ledger ledger, Payload payload) {
    this.publisher = publisher;
    this.ledger = ledger;
    this.payload = payload;
  }

  /// What it really did.
  ///
  /// @param publications begun
  /// @param lastDue when the last one was due, see [Payload]
  public record Done(long publications, long lastDue) {}

  /// Publishes.
  ///
  /// @param perSecond publications of all channels together
  public Done run(double perSecond, Duration duration) {
    long count = Math.max(1, Math.round(perSecond * duration.toNanos() / NS_A_SECOND));
    return run(perSecond, published -> published < count);
  }

  /// Publishes for as long as something else goes on, once at least.
  ///
  /// @param perSecond publications of all channels together
  public Done during(double perSecond, BooleanSupplier goesOn) {
    return run(perSecond, published -> published == 0 || goesOn.getAsBoolean());
  }

  private Done run(double perSecond, LongPredicate more) {
    long start = System.nanoTime();
    long due = start;
    long published = 0;
    for (; more.test(published); published++) {
      due = start + (long) (published * NS_A_SECOND / perSecond);
      await(due);
      publish(turn, due);
      turn = (turn + 1) % ledger.channels();
    }
    return new Done(published, due);
  }

  private static void await(long due) {
    for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
      if (left > SHORTEST_SLEEP_NS) {
        LockSupport.parkNanos(left);
      } else {
        Thread.onSpinWait();
      }
    }
  }

  private void publish(int channel, long due) {
    long sequence = ledger.begin(channel);
    publisher.publish(
        ledger.name(channel),
        payload.of(channel, sequence, due),
        new Publisher.Outcome() {
          @Override
          public void acknowledged(long offset) {
            ledger.acknowledged(channel, sequence, offset);
          }

          @Override
          public void failed(String why) {
            ledger.failed(channel);
            if (failures.size() < MOST_KINDS) {
              failures.computeIfAbsent(why, _ -> new LongAdder()).increment();
            }
          }
        });
  }

  /// Waits until every publication has an outcome.
  ///
  /// @return whether that came about in time; it does not for a thread that is interrupted, and
  ///   stays so
  public boolean awaitOutcomes(Duration limit) {
    long deadline = System.nanoTime() + limit.toNanos();
    while (ledger.waiting() > 0) {
      if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
        return false; // who was told to end may have lost Kafka by the same signal (Ctrl-C)
      }
      LockSupport.parkNanos(SHORTEST_SLEEP_NS);
    }
    return true;
  }

  /// Why publications failed, and how often.
  public String failures() {
    return failures.toString();
  }
}
