package io.sluice.perf.stress;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.report.Comparison;
import io.sluice.perf.report.Results;
import io.sluice.perf.run.ScriptCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// Plays a scenario with Gatling, and prints what became of each goal.
@Command(
    name = "stress",
    description = {
      "Put a cluster under load with Gatling, and judge it by goals.",
      "",
      "Without --edge it starts two nodes, Kafka and Redis on this machine, as 'up' does. Progress goes"
          + " to stderr. stdout has a line for each goal, the report's page and file, and last the verdict,"
          + " which names every goal that was missed; then the exit code is 1.",
      "",
      "Scenarios, with users and minutes of the full size:",
      "  baseline (100, 5)    load (800, 10)       target (1000, 10)",
      "  peak (1200, 5)       soak (400, 240)      storm (1000, 5): all leave and come back at once",
      "  node-loss (800, 5): a node is killed      slow-consumers (800, 5): one of ten reads slowly",
      "  mixed (500, 5): requests to the API beside those who listen",
      "",
      "Goals: deliveries-per-second, delivery-p99, lost, dropped, publish-error-rate, connect-p99,"
          + " error-rate, back-p99, recovered, request-p99, request-error-rate, slow-clients-behind,"
          + " slow-clients-dropped, server-cpu (of one processor, each node), server-memory, memory-growth.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} baseline --scale 0.1",
      "  ${ROOT-COMMAND-NAME} peak --goal delivery-p99=80ms --goal server-cpu=200%",
      "  SLUICE_API_KEY=... SLUICE_TOKENS_HMAC_SECRET=... ${ROOT-COMMAND-NAME} load \\",
      "      --edge wss://one.example.com/connection/websocket --api http://10.0.0.1:9000"
    })
final class StressCommand implements Callable<Integer> {
  private final PrintStream out;
  private final PrintStream err;

  @Spec private @Nullable CommandSpec spec;

  @Parameters(paramLabel = "SCENARIO", description = "What is played.")
  private String name = "";

  @Option(
      names = "--scale",
      paramLabel = "F",
      description = "Of users and time; 0.1 is a tenth of both. Default: 1.")
  private double scale = 1;

  @Option(
      names = "--goal",
      paramLabel = "NAME=VALUE",
      description = "Another bound, such as delivery-p99=50ms; may be given several times.")
  private List<String> goals = List.of();

  @Option(
      names = "--edge",
      paramLabel = "URL",
      description =
          "Where clients connect, such as ws://host:8000/connection/websocket; once for each node.")
  private List<String> edges = List.of();

  @Option(
      names = "--api",
      paramLabel = "URL",
      description =
          "The API of a node, for metrics; once for each. The first one is published by, with the key"
              + " in SLUICE_API_KEY. Clients' tokens are signed with SLUICE_TOKENS_HMAC_SECRET, if it is set.")
  private List<String> apis = List.of();

  @Option(
      names = "--kafka",
      paramLabel = "HOST:PORT",
      description = "Also draw the figures of this Kafka.")
  private String kafka = "";

  @Option(
      names = "--redis",
      paramLabel = "URI",
      description = "Also draw the figures of this Redis.")
  private String redis = "";

  @Option(
      names = "--compare",
      paramLabel = "OLD.json",
      description = "Also compare with an earlier run's results.json.")
  private @Nullable Path compare;

  StressCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException {
    StressScenario scenario =
        StressScenario.named(name)
            .orElseThrow(() ->
                misused(
                    "no scenario '%s', there are %s"
                        .formatted(
                            name,
                            Arrays.stream(StressScenario.values())
                                .map(StressScenario::label)
                                .collect(joining(", ")))));
    if (scenario == StressScenario.NODE_LOSS && !edges.isEmpty()) {
      throw misused("node-loss kills a node that it has started itself: it takes no --edge");
    }
    Results old = compare == null ? null : read(compare);
    Path folder = ScriptCommand.folder("stress", Instant.now());
    tell("folder", folder.toString());
    tell("scale", Double.toString(scale));
    tell("goals", String.join(",", goals));
    tell("edge", String.join(",", edges));
    tell("api", String.join(",", apis));
    tell("api-key", System.getenv().getOrDefault("SLUICE_API_KEY", ""));
    tell("secret", System.getenv().getOrDefault("SLUICE_TOKENS_HMAC_SECRET", ""));
    tell("kafka", kafka);
    tell("redis", redis);
    StressPlan plan;
    try {
      plan = StressPlan.of(scenario, System::getProperty);
      var _ = plan.goals();
    } catch (IllegalArgumentException e) {
      throw misused(String.valueOf(e.getMessage()));
    }
    Files.createDirectories(folder);
    try {
      return judge(plan, new GatlingRun(plan, err).run(), old);
    } catch (UncheckedIOException e) {
      if (ScriptCommand.isInterruption(e)) {
        throw e;
      }
      err.println("the run failed: " + e.getMessage());
      return 1;
    }
  }

  private int judge(StressPlan plan, GatlingRun.Done done, @Nullable Results old)
      throws IOException {
    List<Verdict> verdicts = Verdict.read(plan.goals(), plan.nodes(), done.printed());
    Results seen = Results.ofJson(Files.readString(StressFindings.file(plan)));
    Results results =
        new Results(
            seen.run(),
            verdicts.stream().map(it -> it.row(plan.scenario())).toList(),
            seen.curves());
    Path page = plan.folder().resolve("index.html");
    Path file = plan.folder().resolve("results.json");
    Files.writeString(
        page,
        StressPage.of(
            plan.scenario(),
            results,
            verdicts,
            plan.folder().relativize(done.page()).toString().replace('\\', '/'),
            plan.where() == null ? traces(plan) : null));
    Files.writeString(file, results.toJson());
    Files.delete(StressFindings.file(plan));
    for (Verdict verdict : verdicts) {
      out.println((verdict.holds() ? "reached  " : "MISSED   ") + verdict);
    }
    if (old != null) {
      out.println(Comparison.of(old, results));
    }
    out.println(page);
    out.println(file);
    List<Verdict> missed = Verdict.missed(verdicts);
    out.println(
        plan.scenario().label()
            + (missed.isEmpty()
                ? ": all goals reached"
                : missed.stream().map(Verdict::toString).collect(joining("; ", ": missed ", ""))));
    return missed.isEmpty() ? 0 : 1;
  }

  private static FoundTraces traces(StressPlan plan) throws IOException {
    return FoundTraces.ofJson(Files.readString(FoundTraces.file(plan)));
  }

  private Results read(Path file) {
    try {
      return Results.ofJson(Files.readString(file));
    } catch (IOException e) {
      throw misused("--compare: cannot read %s: %s".formatted(file, e.getMessage()));
    }
  }

  private static void tell(String what, String value) {
    System.setProperty(StressPlan.PREFIX + what, value);
  }

  private ParameterException misused(String what) {
    if (spec == null) {
      throw new IllegalStateException(what);
    }
    return new ParameterException(spec.commandLine(), what);
  }
}
