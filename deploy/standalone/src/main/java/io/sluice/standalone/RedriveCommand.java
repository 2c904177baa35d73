package io.sluice.standalone;

import io.sluice.broker.DeadLetterReason;
import io.sluice.broker.Redrive;
import io.sluice.broker.RedriveException;
import io.sluice.broker.RedriveVerdict;
import io.sluice.broker.StoredLetter;
import io.sluice.gateway.LetterRedrive;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/// Puts the records of dead letters back.
@Command(
    name = "redrive",
    description = {
      "After what made dead letters is mended: write their records again, where they belong.",
      "",
      "Each once, also when this runs twice or dies on the way. Mended means: in the configuration,",
      "the one given here and that of the nodes, or at the producers, for records that lie in a",
      "wrong partition. What is still wrong, or gone from the log, stays and is said.",
      ""
    },
    optionListHeading = "%n",
    footer = {
      "",
      "Examples:",
      "  ${ROOT-COMMAND-NAME} redrive --dry-run",
      "  ${ROOT-COMMAND-NAME} redrive --config /etc/sluice/sluice.yaml --reason misplaced"
    })
final class RedriveCommand implements Callable<Integer> {
  private final Terminal terminal;
  private final Map<String, Some> told = new LinkedHashMap<>();

  @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
  private boolean dryRun;

  @Option(
      names = "--reason",
      paramLabel = "R",
      description = "Only letters of this reason: no-key, bad-key, misplaced or bad-payload.")
  private @Nullable String reason;

  @Option(
      names = "--topic",
      paramLabel = "T",
      description = "Only letters of records of this topic.")
  private @Nullable String topic;

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description =
          "The configuration of a node, for its Kafka and namespaces; else of the running 'up'.")
  private @Nullable Path config;

  @Mixin private RunFlags run = new RunFlags();

  /// Letters of which the same is to be said.
  private record Some(StoredLetter first, int letters) {}

  RedriveCommand(Terminal terminal) {
    this.terminal = terminal;
  }

  @Override
  public Integer call() throws CommandFailure, InterruptedException {
    Logs.none();
    Redrive.Choice choice = new Redrive.Choice(chosenReason(), Optional.ofNullable(topic));
    GatewayConfig node = load(config == null ? run.find(terminal).firstNodeConfig() : config);
    Redrive redrive = LetterRedrive.of(node);
    try {
      tell(dryRun ? redrive.rehearse(choice, this::note) : redrive.run(choice, this::note));
      return 0;
    } catch (RedriveException e) {
      tellAll();
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
  }

  private Optional<DeadLetterReason> chosenReason() throws CommandFailure {
    if (reason == null) {
      return Optional.empty();
    }
    Optional<DeadLetterReason> found = DeadLetterReason.named(reason);
    if (found.isEmpty()) {
      throw CommandFailure.misused(
          "--reason '" + reason + "' is none of no-key, bad-key, misplaced, bad-payload");
    }
    return found;
  }

  private static GatewayConfig load(Path file) throws CommandFailure {
    try {
      return ConfigLoader.load(file);
    } catch (ConfigException e) {
      throw CommandFailure.misused(String.join("\n", e.problems()));
    }
  }

  private void note(RedriveVerdict verdict) {
    StoredLetter letter = verdict.letter();
    String said =
        "%s reason=%s topic=%s%s"
            .formatted(
                switch (verdict) {
                  case RedriveVerdict.Again _ -> dryRun ? "would be redriven" : "redriven";
                  case RedriveVerdict.Already _ -> "was redriven before";
                  case RedriveVerdict.Stays _ -> "left";
                },
                letter.reason().wireName(),
                letter.place().topic(),
                verdict instanceof RedriveVerdict.Stays(var _, String why)
                    ? " why=\"" + why + "\""
                    : "");
    Some known = told.get(said);
    told.put(
        said, known == null ? new Some(letter, 1) : new Some(known.first(), known.letters() + 1));
  }

  private void tell(Redrive.Outcome done) {
    tellAll();
    terminal
        .out()
        .println(
            "%sredriven=%d already=%d left=%d"
                .formatted(dryRun ? "dry-run " : "", done.redriven(), done.already(), done.left()));
  }

  private void tellAll() {
    told.forEach((said, some) ->
        terminal
            .out()
            .println(
                "%s letters=%d first=%s".formatted(said, some.letters(), some.first().place())));
  }
}
