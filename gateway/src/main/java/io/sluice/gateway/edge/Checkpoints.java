package io.sluice.gateway.edge;

import io.sluice.session.Checkpoint;
import io.sluice.session.SessionStore;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions of one loop that are to be written: those that fall due in one tick are written
/// together. The loop finds out what is to be known of them; that it is put into words and handed
/// to the store takes too long for it, and is done elsewhere, one tick's after another's. What
/// falls due meanwhile waits. As many as connections at most. Confined to the loop.
final class Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);

  private final Executor writer;
  private Set<SessionHold> due = new LinkedHashSet<>();

  /// Set by the loop, cleared by the writer.
  private volatile boolean writing;

  Checkpoints() {
    this(Thread.ofVirtual().name("sluice-checkpoints")::start);
  }

  /// @param writer runs one task at a time, since it is given no more
  Checkpoints(Executor writer) {
    this.writer = writer;
  }

  /// To be written at the end of this tick, or a later one.
  void add(SessionHold hold) {
    due.add(hold);
  }

  /// A tick has passed.
  void tick() {
    if (due.isEmpty() || writing) {
      return;
    }
    List<SessionHold> holds = List.copyOf(due);
    due = new LinkedHashSet<>();
    List<Checkpoint> now = holds.stream().map(SessionHold::checkpoint).toList();
    writing = true;
    try {
      writer.execute(() -> write(holds, now));
    } catch (RuntimeException | Error e) {
      writing = false;
      throw e;
    }
  }

  private void write(List<SessionHold> holds, List<Checkpoint> now) {
    try {
      for (int from = 0; from < now.size(); from += SessionStore.MAX_BATCH) {
        int to = Math.min(now.size(), from + SessionStore.MAX_BATCH);
        writeBatch(holds.subList(from, to), now.subList(from, to));
      }
    } catch (RuntimeException e) {
      log.error("sessions could not be written", e);
    } finally {
      writing = false;
    }
  }

  /// Who is refused finds out why, on a thread of the store's.
  private static void writeBatch(List<SessionHold> holds, List<Checkpoint> batch) {
    holds
        .getFirst()
        .store()
        .checkpoint(batch)
        .whenComplete((refused, failure) -> {
          if (failure != null) {
            // Redis is a cache: the next checkpoint writes all of it
            log.debug("sessions not written count={}", batch.size(), failure);
            return;
          }
          for (int i = 0; i < batch.size() && !refused.isEmpty(); i++) {
            if (refused.contains(batch.get(i))) {
              holds.get(i).disputed();
            }
          }
        });
  }
}
