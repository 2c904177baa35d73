package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Fact.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/// Threads that do something again and again, until it is enough. What ends one of them otherwise
/// is a fact. Made and closed by one thread.
final class Workers implements AutoCloseable {
  private final List<Thread> threads = new ArrayList<>();
  private final Queue<Fact> stuck = new ConcurrentLinkedQueue<>();
  private volatile boolean enough;

  void start(Thread.Builder kind, Runnable work) {
    threads.add(
        kind.start(() -> {
          try {
            work.run();
          } catch (RuntimeException | Error e) {
            endedBy(Thread.currentThread().getName(), e);
          }
        }));
  }

  /// Notes what ended one of them, or what it did for somebody. Any thread.
  void endedBy(String who, Throwable failure) {
    stuck.add(new Fact(Kind.STUCK, who, "was ended by " + failure));
  }

  /// What was ended. Any thread.
  List<Fact> stuck() {
    return List.copyOf(stuck);
  }

  /// Whether they are to go on. Any thread.
  boolean goOn() {
    return !enough;
  }

  /// Tells them that it is enough; returns when all have ended, or this thread is interrupted.
  @Override
  public void close() {
    enough = true;
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
