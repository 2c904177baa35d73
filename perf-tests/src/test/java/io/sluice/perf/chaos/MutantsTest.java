package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Gateways that make mistakes which nobody should see by chance: the judge finds each within a
/// round.
@Tag("full")
@Timeout(300)
final class MutantsTest {
  private static final Fault STORM = Faults.named("storm");

  /// For longer than a publish may take.
  private static final Fault NO_KAFKA =
      new Fault(
          "no-kafka",
          Duration.ofSeconds(8),
          Fault.Effect.STOPS_PUBLISHING,
          scene -> {
            List<Link> brokers = scene.cluster().nodes().getFirst().brokers();
            brokers.forEach(link -> link.weather(Weather.HOLE));
            scene.pause(Duration.ofSeconds(8));
            brokers.forEach(link -> link.weather(Weather.CLEAR));
          });

  @TempDir private Path folder;

  static Stream<Arguments> mutants() {
    return Stream.of(
        Arguments.of(Mutants.DROPS, Fact.Kind.LOST, STORM),
        Arguments.of(Mutants.DUPLICATES, Fact.Kind.DUPLICATED, STORM),
        Arguments.of(Mutants.REORDERS, Fact.Kind.REORDERED, STORM),
        Arguments.of(Mutants.ACKNOWLEDGES_EARLY, Fact.Kind.LOST, NO_KAFKA),
        Arguments.of(Mutants.LIES, Fact.Kind.UNTRUE, STORM),
        Arguments.of(Mutants.LETS_IN_LATE, Fact.Kind.LOST, STORM));
  }

  /// A gateway that does not work at all loses publications, too. That a client waits in vain for
  /// the very last one may come of the mistake.
  private static boolean isBroken(Fact fact) {
    return fact.kind() == Fact.Kind.STUCK && !fact.what().startsWith(Round.NOT_EVERYTHING);
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void isFoundWithinARound(Mutant mutant, Fact.Kind kind, Fault fault) throws IOException {
    mutant.compile(folder);
    Program program =
        Program.ofThisBuild(ChaosTest.jit()).patchedWith(Mutant.classes(folder).toString());

    Chaos.Result result =
        new Chaos(program, folder, System.out)
            .run(1, 1, List.of(fault, Faults.named("redis-kill")));

    System.out.println(mutant + ": " + result.line());
    result.facts(System.out);
    Judgement judgement = result.rounds().getFirst().judgement();
    assertThat(judgement.count(kind)).isPositive();
    assertThat(judgement.facts()).noneMatch(MutantsTest::isBroken);
    assertThat(Files.readAllLines(folder.resolve("round-1/wrong.txt"))).isNotEmpty();
  }
}
