package io.sluice.perf.stress;

import io.sluice.perf.report.Results;
import io.sluice.perf.report.RunInfo;
import io.sluice.perf.run.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// What a monitor has seen, as a file: lines over time, and what logs complain of. Gatling's own
/// plugin leaves it beside its reports, where `./sluice stress` takes it from.
final class StressFindings {
  private StressFindings() {}

  /// Where it is.
  static Path file(StressPlan plan) {
    return plan.folder().resolve("stress-" + plan.scenario().label() + ".json");
  }

  static void write(StressPlan plan, Monitor seen, long lost) throws IOException {
    Files.createDirectories(plan.folder());
    RunInfo about =
        new RunInfo(
            seen.started(),
            Duration.between(seen.started(), Instant.now()),
            "./sluice stress " + plan.scenario().label() + " --scale " + plan.scale(),
            1,
            Surroundings.machine(),
            Surroundings.versions(),
            Map.of(),
            remarks(plan, seen, lost));
    Files.writeString(file(plan), new Results(about, List.of(), seen.curves()).toJson());
  }

  private static List<String> remarks(StressPlan plan, Monitor seen, long lost) {
    List<String> remarks = new ArrayList<>();
    remarks.add(
        "%s: %s. %,d users, %d s after the last has come; %.0f publications a second to %d rooms, %.0f deliveries a second."
            .formatted(
                plan.scenario().label(),
                plan.scenario().about(),
                plan.users(),
                plan.lasts().toSeconds(),
                plan.publishesPerSecond(),
                plan.rooms(),
                plan.deliveriesPerSecond()));
    if (lost > 0) {
      remarks.add("%,d publications were lost, came twice or out of order.".formatted(lost));
    }
    if (!seen.seesLogs()) {
      remarks.add("The logs of nodes that run elsewhere were not looked at.");
    } else if (seen.complaints().isEmpty()) {
      remarks.add("The nodes' logs have no warning and no error.");
    }
    seen.complaints()
        .forEach(it -> remarks.add("%s, %d times: %s".formatted(it.file(), it.times(), it.text())));
    return remarks;
  }
}
