package io.sluice.perf.chaos;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/// What is kept of a run, beside the logs of all processes: the timeline and the table always, also
/// of a run that fails; of a violation what was wrong, and what the clients that saw it were told.
final class Bundle {
  private Bundle() {}

  /// Writes what is kept of every run, at its end.
  static void write(Path folder, Chaos.Result result, Timeline timeline) throws IOException {
    Files.write(folder.resolve("timeline.txt"), timeline.lines());
    Files.write(folder.resolve("table.txt"), List.of(result.table(), result.line()));
    if (!result.start().isEmpty()) {
      write(folder.resolve("wrong.txt"), result.start());
    }
  }

  /// Keeps what is needed to understand a round in which something was wrong, in a folder of its
  /// own; nothing of any other.
  static void keep(Path folder, Round.Outcome round, Timeline timeline) throws IOException {
    if (!round.judgement().facts().isEmpty()) {
      write(Files.createDirectories(folder.resolve("round-" + round.number())), round, timeline);
    }
  }

  private static void write(Path file, List<Fact> facts) throws IOException {
    Files.write(file, facts.stream().map(Fact::toString).toList());
  }

  private static void write(Path folder, Round.Outcome round, Timeline timeline)
      throws IOException {
    write(folder.resolve("wrong.txt"), round.judgement().facts());
    try (BufferedWriter out = Files.newBufferedWriter(folder.resolve("published.txt"))) {
      for (Publish publish : round.published()) {
        out.write("%.3f %s%n".formatted(timeline.seconds(publish.begun()), publish));
      }
    }
    Set<String> who = round.judgement().facts().stream().map(Fact::who).collect(Collectors.toSet());
    for (History history : round.all()) {
      if (who.contains(history.client())) {
        try (BufferedWriter out =
            Files.newBufferedWriter(folder.resolve(history.client() + ".txt"))) {
          for (Event event : history.events()) {
            out.write("%.3f %s%n".formatted(timeline.seconds(event.at()), event));
          }
        }
      }
    }
  }
}
