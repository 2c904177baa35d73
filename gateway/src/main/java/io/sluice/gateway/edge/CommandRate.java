package io.sluice.gateway.edge;

/// How fast one connection may send commands. What is beyond the rate is refused, and as much again
/// may be refused, so that a client that is told to slow down and does is not closed; one that goes
/// on at more than twice the rate is. Confined to the loop.
final class CommandRate {
  /// What becomes of a command.
  enum Verdict {
    RUN,
    /// Error 111.
    REFUSE,
    /// Close 3013.
    CLOSE
  }

  private final Rate rate;
  private long runsFullAt;
  private long refusalsFullAt;

  /// @param now as in [#next]
  CommandRate(Rate rate, long now) {
    this.rate = rate;
    this.runsFullAt = now;
    this.refusalsFullAt = now;
  }

  /// Judges the next command.
  ///
  /// @param now nanoseconds on any one clock
  Verdict next(long now) {
    if (rate.has(runsFullAt, now)) {
      runsFullAt = rate.take(runsFullAt, now);
      return Verdict.RUN;
    }
    if (rate.has(refusalsFullAt, now)) {
      refusalsFullAt = rate.take(refusalsFullAt, now);
      return Verdict.REFUSE;
    }
    return Verdict.CLOSE;
  }
}
