package io.sluice.perf.bench;

import io.sluice.perf.report.Comparison;
import io.sluice.perf.report.HtmlPage;
import io.sluice.perf.report.Results;
import io.sluice.perf.report.TextTable;
import io.sluice.perf.run.ScriptCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Measures, prints a table, writes a page and a file.
@Command(
    name = "bench",
    description = {
      "Measure a node on this machine: memory, processor time, throughput, latency, recovery.",
      "",
      "Sluice, and a bare server that shows the machine's limit, take turns for several rounds, and with",
      "them nchan, where nginx has it, and Centrifugo, where it is named; every client checks order and",
      "completeness all the while. Progress goes to stderr, a table to stdout, and the last two lines",
      "name a page and a file with everything that was found.",
      "Exit code 1 when a client saw what it should not have seen, or a figure could not be had.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} --quick",
      "  ${ROOT-COMMAND-NAME} --only 'idle memory' --only 'paced fan-out'",
      "  ${ROOT-COMMAND-NAME} --quick --centrifugo ~/go/bin/centrifugo",
      "  ${ROOT-COMMAND-NAME} --only gc --node-flags '-XX:+UseZGC -XX:ZAllocationSpikeTolerance=4'",
      "  ${ROOT-COMMAND-NAME} --compare perf-tests/target/bench/20260101-120000/results.json"
    })
final class BenchCommand implements Callable<Integer> {
  private static final int ROUNDS = 5;
  private static final int QUICK_ROUNDS = 3;

  private final PrintStream out;
  private final PrintStream err;
  private final List<String> arguments;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--quick",
      description =
          "Idle memory, and fan-out to 1,000 subscribers paced and saturated; under 3 minutes, and a"
              + " minute more for each server that is not ours.")
  private boolean quick;

  @Option(
      names = "--only",
      paramLabel = "SCENARIO",
      description =
          "Only this scenario; may be given several times. 'io' (event loops and allocators) and 'gc'"
              + " (collectors) are measured only when they are named.")
  private List<String> only = List.of();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each figure is measured. Default: 5, with --quick 3.")
  private @Nullable Integer rounds;

  @Option(
      names = "--node-flags",
      paramLabel = "FLAGS",
      description =
          "With --only gc: one more node to compare, with these flags of its JVM; may be given"
              + " several times.")
  private List<String> moreFlags = List.of();

  @Option(
      names = "--publish",
      paramLabel = "ROUTE",
      description =
          "How publications come to Sluice: kafka (a producer, the default), api (its HTTP API, one"
              + " request at a time) or client (a client's commands).")
  private SluiceNode.Route route = SluiceNode.Route.KAFKA;

  @Option(
      names = "--centrifugo",
      paramLabel = "PATH",
      description =
          "Also measure this Centrifugo, version 6: by itself, and reading from Kafka with Redis behind"
              + " it. CONTRIBUTING.md says how to build it.")
  private @Nullable Path centrifugo;

  @Option(
      names = "--compare",
      paramLabel = "OLD.json",
      description = "Also compare with an earlier run's results.json.")
  private @Nullable Path compare;

  BenchCommand(PrintStream out, PrintStream err, String[] arguments) {
    this.out = out;
    this.err = err;
    this.arguments = List.of(arguments);
  }

  @Override
  public Integer call() throws Exception {
    for (String name : only) {
      require(
          BenchPlan.names().contains(name),
          "--only: no scenario '%s', there are %s".formatted(name, BenchPlan.names()));
    }
    require(moreFlags.isEmpty() || only.contains(BenchPlan.GC), "--node-flags goes with --only gc");
    int often = rounds != null ? rounds : quick ? QUICK_ROUNDS : ROUNDS;
    require(1 <= often && often <= 100, "--rounds is 1 to 100: " + often);
    require(
        centrifugo == null || Files.isExecutable(centrifugo),
        "--centrifugo: no program at " + centrifugo);
    Results old = compare == null ? null : read(compare);
    Effort effort = quick ? Effort.quick(often) : Effort.full(often);
    Bench bench =
        new Bench(
            BenchPlan.of(
                quick,
                only,
                moreFlags,
                effort,
                route,
                typed(),
                ScriptCommand.nodeFlags(),
                Peers.find(centrifugo)),
            err);
    Results results = bench.run();
    out.println(TextTable.of(results));
    if (old != null) {
      out.println(Comparison.of(old, results));
    }
    bench.faults().forEach(fault -> err.println("WRONG: " + fault));
    write(results);
    return exitCode(bench.faults());
  }

  static int exitCode(List<String> faults) {
    return faults.isEmpty() ? 0 : 1;
  }

  private void require(boolean condition, String otherwise) {
    if (!condition && spec != null) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }

  private Results read(Path file) throws IOException {
    require(Files.isReadable(file), "--compare: cannot read " + file);
    return Results.ofJson(Files.readString(file));
  }

  private void write(Results results) throws IOException {
    Path folder = ScriptCommand.folder("bench", results.run().started());
    Files.createDirectories(folder);
    Path page = folder.resolve("index.html");
    Path file = folder.resolve("results.json");
    Files.writeString(page, HtmlPage.of(results));
    Files.writeString(file, results.toJson());
    out.println(page);
    out.println(file);
  }

  private String typed() {
    StringBuilder text = new StringBuilder("./sluice bench");
    for (String argument : arguments) {
      boolean plain = argument.matches("[\\w./+,@%:=-]+");
      text.append(' ').append(plain ? argument : "'" + argument.replace("'", "'\\''") + "'");
    }
    return text.toString();
  }
}
