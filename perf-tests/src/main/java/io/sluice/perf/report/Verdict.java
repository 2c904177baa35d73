package io.sluice.perf.report;

/// What became of a figure from one run to the next.
enum Verdict {
  BETTER("better"),
  WORSE("worse"),
  /// Differs by no more than rounds of one run do.
  SAME("same"),
  /// Differs, and neither way is better.
  DIFFERENT("different"),
  /// One of the runs has no figure.
  UNKNOWN("-");

  private final String word;

  Verdict(String word) {
    this.word = word;
  }

  @Override
  public String toString() {
    return word;
  }
}
