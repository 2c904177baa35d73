package io.sluice.perf.chaos;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// A run: one cluster, on which rounds are played one after another. Of a round only what is small
/// is kept when it has been judged, so that a long run needs no more memory than a short one. One
/// thread.
final class Chaos {
  /// Shown of the facts; the bundle has all.
  private static final int SHOWN = 20;

  private final Program program;
  private final Path folder;
  private final PrintStream progress;
  private final Round.Size size;

  /// @param program what runs as a node
  /// @param folder for logs, and for what is kept of a violation
  /// @param progress takes the timeline
  Chaos(Program program, Path folder, PrintStream progress) {
    this(program, folder, progress, Round.Size.USUAL);
  }

  Chaos(Program program, Path folder, PrintStream progress, Round.Size size) {
    this.program = program;
    this.folder = folder;
    this.progress = progress;
    this.size = size;
  }

  /// What is kept in memory of a round.
  ///
  /// @param newcomers that were given something
  /// @param slowest the most that a slow client was given that reads now and then
  record Played(
      int number,
      List<Stage> stages,
      LagWatch.Seen lags,
      int newcomers,
      long slowest,
      Judgement judgement) {
    Played {
      stages = List.copyOf(stages);
    }

    static Played of(Round.Outcome round) {
      return new Played(
          round.number(),
          round.stages(),
          round.lags(),
          round.given("newcomer").size(),
          round.given("slow").stream().mapToLong(it -> it).max().orElse(0),
          round.judgement());
    }
  }

  /// Everything about a run.
  ///
  /// @param start what was wrong before the first round
  /// @param table what its faults did, for people
  record Result(long seed, List<Fact> start, List<Played> rounds, String table) {
    Result {
      start = List.copyOf(start);
      rounds = List.copyOf(rounds);
    }

    private Stream<Fact> all() {
      return Stream.concat(
          start.stream(), rounds.stream().flatMap(round -> round.judgement().facts().stream()));
    }

    private long count(Fact.Kind kind) {
      return all().filter(fact -> fact.kind() == kind).count();
    }

    boolean isClean() {
      return all().findAny().isEmpty();
    }

    /// Some of what must not happen and did.
    void facts(PrintStream out) {
      all().limit(SHOWN).forEach(fact -> out.println("WRONG: " + fact));
    }

    String line() {
      return "rounds=%d seed=%d acked=%d delivered=%d lost=%d duplicated=%d reordered=%d untrue=%d stuck=%d"
          .formatted(
              rounds.size(),
              seed,
              rounds.stream().mapToLong(it -> it.judgement().acknowledged()).sum(),
              rounds.stream().mapToLong(it -> it.judgement().delivered()).sum(),
              count(Fact.Kind.LOST),
              count(Fact.Kind.DUPLICATED),
              count(Fact.Kind.REORDERED),
              count(Fact.Kind.UNTRUE),
              count(Fact.Kind.STUCK));
    }
  }

  /// Deals out all kinds of faults.
  Result run(int rounds, long seed) throws IOException {
    Deck deck = new Deck(Faults.possible(), new Random(seed));
    return run(rounds, seed, deck::deal);
  }

  /// Has all of these in each round, in an order that the seed decides.
  Result run(int rounds, long seed, List<Fault> faults) throws IOException {
    Random random = new Random(seed);
    return run(rounds, seed, () -> shuffled(faults, random));
  }

  private Result run(int rounds, long seed, Supplier<List<Fault>> faults) throws IOException {
    Path logs = Files.createDirectories(folder.resolve("logs"));
    Path data = Files.createTempDirectory("sluice-chaos-");
    Timeline timeline = new Timeline(progress);
    List<Fact> start = new ArrayList<>();
    List<Played> played = new ArrayList<>();
    Table table = new Table();
    try {
      try (Cluster cluster = new Cluster(program, data, logs)) {
        boolean whole = start(cluster, timeline, start);
        for (int number = 1; number <= rounds && whole; number++) {
          Round.Outcome outcome =
              new Round(number, size, cluster, timeline, ofRound(seed, number)).play(faults.get());
          played.add(Played.of(outcome));
          table.add(outcome);
          Undisturbed.run(() -> Bundle.keep(folder, outcome, timeline));
          timeline.say(sentence(outcome));
          whole = !outcome.clusterIsStuck();
        }
      } finally {
        Undisturbed.run(() -> Bundle.write(folder, result(seed, start, played, table), timeline));
      }
    } finally {
      Undisturbed.run(() -> Folders.delete(data));
    }
    return result(seed, start, played, table);
  }

  /// What happens in a round does not change what the next ones draw.
  private static Random ofRound(long seed, int number) {
    return new Random(new Random(seed).nextLong() + number);
  }

  private static Result result(long seed, List<Fact> start, List<Played> played, Table table) {
    return new Result(seed, start, played, table.text());
  }

  private static boolean start(Cluster cluster, Timeline timeline, List<Fact> facts)
      throws IOException {
    timeline.say("starting three brokers, Redis and three nodes");
    try {
      cluster.start();
      return true;
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      timeline.say(String.valueOf(e.getMessage()));
      facts.add(Fact.stuckCluster(String.valueOf(e.getMessage())));
      return false;
    }
  }

  private static String sentence(Round.Outcome outcome) {
    Judgement judgement = outcome.judgement();
    return "round %d: %d acknowledged, %d delivered, %d wrong"
        .formatted(
            outcome.number(),
            judgement.acknowledged(),
            judgement.delivered(),
            judgement.facts().size());
  }

  private static List<Fault> shuffled(List<Fault> kinds, Random random) {
    List<Fault> all = new ArrayList<>(kinds);
    Collections.shuffle(all, random);
    return all;
  }
}
