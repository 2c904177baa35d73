package io.sluice.perf.chaos;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// What happened when, in seconds since the run began; for people, and for bundles. Any thread.
final class Timeline {
  private final long start = System.nanoTime();
  private final PrintStream out;
  private final List<String> lines = new ArrayList<>();

  Timeline(PrintStream out) {
    this.out = out;
  }

  synchronized void say(String what) {
    String line = String.format(Locale.ROOT, "%8.2f  %s", seconds(System.nanoTime()), what);
    lines.add(line);
    out.println(line);
  }

  /// Since the run began.
  double seconds(long nanoTime) {
    return (nanoTime - start) / 1e9;
  }

  synchronized List<String> lines() {
    return List.copyOf(lines);
  }
}
