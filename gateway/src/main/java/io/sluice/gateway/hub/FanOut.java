package io.sluice.gateway.hub;

import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/// How far one followed publication has come: which loops it is due on, which have it behind them,
/// and to how many subscriptions it was given. For any thread; takes no lock.
final class FanOut {
  /// @param known whether somebody has looked who wants it; before that it is not complete
  /// @param due a bit for each loop that must have it
  /// @param passed a bit for each loop that has it behind it
  /// @param given to how many subscriptions
  /// @param over whether that was told
  private record State(boolean known, long due, long passed, long given, boolean over) {
    State dueOn(long loops) {
      return new State(true, loops, passed, given, over);
    }

    State passedBy(int loop, int more) {
      return new State(known, due, passed | (1L << loop), given + more, over);
    }

    State ended() {
      return new State(known, due, passed, given, true);
    }

    boolean complete() {
      return known && (due & ~passed) == 0;
    }
  }

  private final Followed publication;
  private final FanOuts.Told told;
  private final long since;
  private final AtomicReference<State> state =
      new AtomicReference<>(new State(false, 0, 0, 0, false));

  /// @param since when it began, by [System#nanoTime]
  FanOut(Followed publication, FanOuts.Told told, long since) {
    this.publication = publication;
    this.told = told;
    this.since = since;
  }

  Followed publication() {
    return publication;
  }

  long since() {
    return since;
  }

  /// Whether it is known on which loops it is due.
  boolean known() {
    return state.get().known();
  }

  /// It is due on these loops and no others.
  ///
  /// @return whether all of them had it behind them, which was told
  boolean due(long loops) {
    return go(now -> now.dueOn(loops));
  }

  /// A loop has it behind it.
  ///
  /// @param given to how many subscriptions
  /// @return whether it was the last, which was told
  boolean passed(int loop, int given) {
    return go(now -> now.passedBy(loop, given));
  }

  private boolean go(UnaryOperator<State> step) {
    while (true) {
      State before = state.get();
      if (before.over()) {
        return false;
      }
      State next = step.apply(before);
      State settled = next.complete() ? next.ended() : next;
      if (state.compareAndSet(before, settled)) {
        if (settled.over()) {
          told.given(settled.given());
        }
        return settled.over();
      }
    }
  }

  /// Nobody waits for it any longer.
  void giveUp() {
    State before = state.getAndUpdate(State::ended);
    if (!before.over()) {
      told.gaveUp(before.given());
    }
  }
}
