package io.sluice.standalone.run;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// A process that can be told from a later one with the same id.
///
/// @param pid its process id
/// @param startedMillis when it started, by the system's clock, in milliseconds since 1970; 0 when
///   the system did not say
public record ProcessMark(long pid, long startedMillis) {
  /// Linux counts a process's start from the machine's, in hundredths of a second.
  private static final Duration CLOCKS_AGREE_WITHIN = Duration.ofSeconds(2);

  /// In the command line of every process of ours; the last resort when the clock was set.
  private static final String OURS = "io.sluice.standalone.";

  /// The mark of a process that runs now.
  public static ProcessMark of(ProcessHandle process) {
    return new ProcessMark(
        process.pid(), process.info().startInstant().map(Instant::toEpochMilli).orElse(0L));
  }

  /// Whether this very process still runs.
  public boolean isAlive() {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isSame).isPresent();
  }

  private boolean isSame(ProcessHandle process) {
    Optional<Instant> start = process.info().startInstant();
    if (startedMillis == 0 || start.isEmpty()) {
      return true; // nothing to compare: believe the id
    }
    long apart = Math.abs(start.get().toEpochMilli() - startedMillis);
    return apart <= CLOCKS_AGREE_WITHIN.toMillis()
        || process.info().commandLine().filter(line -> line.contains(OURS)).isPresent();
  }
}
