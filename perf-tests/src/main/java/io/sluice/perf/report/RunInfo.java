package io.sluice.perf.report;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a run was made on, and how. The maps keep the order they are given in.
///
/// @param started when it began
/// @param took how long it was
/// @param command what repeats it, exactly
/// @param rounds how often each figure was to be measured
/// @param machine what it ran on: cores, memory, kernel
/// @param versions of what was measured and of what it runs on
/// @param flags what each contender was started with: a JVM's flags, other servers' settings
/// @param remarks sentences that a reader must know
public record RunInfo(
    Instant started,
    Duration took,
    String command,
    int rounds,
    Map<String, String> machine,
    Map<String, String> versions,
    Map<String, String> flags,
    List<String> remarks) {
  public RunInfo {
    machine = inOrder(machine);
    versions = inOrder(versions);
    flags = inOrder(flags);
    remarks = List.copyOf(remarks);
    if (rounds < 0) {
      throw new IllegalArgumentException(rounds + " is not a number of rounds");
    }
    if (took.isNegative()) {
      throw new IllegalArgumentException("a run cannot take " + took);
    }
  }

  private static Map<String, String> inOrder(Map<String, String> map) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(map));
  }
}
