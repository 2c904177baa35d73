package io.sluice.perf.chaos;

import static java.util.stream.Collectors.joining;

import io.sluice.perf.run.ScriptCommand;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/// Plays rounds, prints a table and a line, and keeps what is needed to understand a violation.
@Command(
    name = "chaos",
    description = {
      "Kill, freeze and cut off nodes, brokers and Redis while clients listen and others publish, and"
          + " compare what every client was given with what is in Kafka.",
      "",
      "Three nodes, three brokers and a Redis, each a process of its own, with a proxy on each link"
          + " between them. Three rounds of one and a half to two minutes each have every kind of fault. The"
          + " timeline goes to stderr; a table and the verdict to stdout. Exit code 1 when anything was"
          + " lost, came twice, out of order or late for ever, was not true or did not come back. The"
          + " folder that it names has the timeline and all logs, and facts and histories if something"
          + " was wrong.",
      ""
    },
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME}",
      "  ${ROOT-COMMAND-NAME} --rounds 50 --seed 7",
      "  ${ROOT-COMMAND-NAME} --rounds 1 --faults node-kill,broker-kill"
    })
final class ChaosCommand implements Callable<Integer> {
  private static final int MOST_ROUNDS = 1_000;

  private final PrintStream out;
  private final PrintStream err;

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--rounds", paramLabel = "N", description = "How many rounds. Default: 3.")
  private int rounds = 3;

  @Option(
      names = "--seed",
      paramLabel = "S",
      description =
          "Decides which faults come when, and what is left to chance of what they hit. Default: 1.")
  private long seed = 1;

  @Option(
      names = "--faults",
      paramLabel = "KIND",
      split = ",",
      description = {
        "Only these kinds of faults, all of them in each round. There are node-kill, node-stop,"
            + " node-hole (from clients and publishers), broker-kill, broker-stop, broker-hole (from a node),"
            + " redis-kill, redis-stop, redis-hole, redis-flush, slow-links, lossy-links, half-open,"
            + " clock-jump, storm, rolling-restart, all-killed."
      })
  private List<String> faults = List.of();

  ChaosCommand(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException {
    require(1 <= rounds && rounds <= MOST_ROUNDS, "--rounds is 1 to 1000: " + rounds);
    List<String> known = Faults.all().stream().map(Fault::name).toList();
    for (String name : faults) {
      require(
          known.contains(name),
          "--faults: no kind '%s', there are %s"
              .formatted(name, known.stream().collect(joining(", "))));
    }
    require(
        WallClock.isThere() || !faults.contains(Faults.CLOCK),
        "--faults: clock-jump needs Linux and a C compiler on the PATH (cc, gcc or clang)");
    if (!WallClock.isThere()) {
      err.println("clock-jump is left out: it needs Linux and a C compiler (cc, gcc or clang)");
    }
    Path folder = ScriptCommand.folder("chaos", Instant.now());
    Chaos chaos = new Chaos(Program.ofThisBuild(ScriptCommand.nodeFlags()), folder, err);
    Chaos.Result result =
        faults.isEmpty()
            ? chaos.run(rounds, seed)
            : chaos.run(rounds, seed, faults.stream().distinct().map(Faults::named).toList());
    return tell(result, folder);
  }

  /// Prints what came of it.
  ///
  /// @return the exit code
  int tell(Chaos.Result result, Path folder) {
    out.println(result.table());
    if (!result.isClean()) {
      result.facts(out);
    }
    out.println("everything about it is in " + folder);
    out.println(result.line());
    return result.isClean() ? 0 : 1;
  }

  private void require(boolean condition, String otherwise) {
    if (!condition && spec != null) {
      throw new ParameterException(spec.commandLine(), otherwise);
    }
  }
}
