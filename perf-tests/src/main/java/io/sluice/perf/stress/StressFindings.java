package io.sluice.perf.stress;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.report.Results;
import io.sluice.perf.report.RunInfo;
import io.sluice.perf.run.Surroundings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
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

  static void write(StressPlan plan, StressTarget target, Monitor seen, Measures measures)
      throws IOException {
    Files.createDirectories(plan.folder());
    RunInfo about =
        new RunInfo(
            seen.started(),
            Duration.between(seen.started(), Instant.now()),
            Invocation.of(plan),
            1,
            machine(plan),
            versions(plan, target),
            Map.of(),
            remarks(plan, seen, measures));
    Files.writeString(file(plan), new Results(about, List.of(), seen.curves()).toJson());
  }

  /// Of nodes elsewhere nothing is known but where they are.
  private static Map<String, String> machine(StressPlan plan) throws IOException {
    Map<String, String> machine = Surroundings.machine();
    StressTarget where = plan.where();
    if (where == null) {
      return machine;
    }
    Map<String, String> told = new LinkedHashMap<>();
    machine.forEach((what, value) -> told.put("Gatling's " + what, value));
    told.remove("Gatling's network");
    told.put("nodes", addresses(where.edges()));
    told.put("their APIs", addresses(where.apis()));
    return told;
  }

  private static String addresses(List<URI> all) {
    return all.stream().map(it -> Invocation.withoutSecrets(it.toString())).collect(joining(", "));
  }

  private static Map<String, String> versions(StressPlan plan, StressTarget target)
      throws IOException {
    Map<String, String> versions = Surroundings.versions();
    if (plan.where() == null) {
      return versions;
    }
    Map<String, String> told = new LinkedHashMap<>();
    told.put("Sluice", target.version());
    told.put("Sluice, of this command", String.valueOf(versions.get("Sluice")));
    told.put("Java, of Gatling", String.valueOf(versions.get("Java")));
    return told;
  }

  private static List<String> remarks(StressPlan plan, Monitor seen, Measures measures) {
    long lost = measures.lost();
    long slow = measures.badly(Measures.SLOW_STAY);
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
    if (slow > 0) {
      remarks.add("%,d connections of clients that read slowly ended.".formatted(slow));
    }
    remarks.addAll(seen.failures());
    if (!seen.seesLogs()) {
      remarks.add("The logs of nodes that run elsewhere were not looked at.");
    } else if (seen.complaints().isEmpty()) {
      remarks.add("The nodes' logs have no warning and no error.");
    }
    seen.complaints().forEach(it -> remarks.add(it.told(seen.started())));
    return remarks;
  }
}
