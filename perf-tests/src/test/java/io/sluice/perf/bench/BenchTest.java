package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.perf.report.HtmlPage;
import io.sluice.perf.report.Results;
import io.sluice.perf.report.Row;
import io.sluice.perf.report.TextTable;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// The harness on real servers, with so little work that its figures mean nothing.
final class BenchTest {
  private static final List<String> FLAGS =
      List.of(
          "-Xmx1g",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow");

  private static BenchPlan plan(SluiceNode.Route route, int rounds, Scenario... scenarios) {
    return new BenchPlan(
        List.of(scenarios),
        Map.of("idle memory", Map.of("50 connections, TLS", Figures.MEMORY)),
        /* micro= */ false,
        new Effort(
            rounds,
            50,
            /* growingHeap= */ true,
            Duration.ofMillis(200),
            Duration.ofMillis(300),
            Duration.ofMillis(300),
            /* refinements= */ 1),
        route,
        "./sluice bench --only something",
        FLAGS,
        Peers.NONE);
  }

  private static Bench bench(BenchPlan plan) {
    return new Bench(
        plan, new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
  }

  @Test
  @Tag("full")
  void clientsThatAreCutAndClientsThatComeAndGoSeeNothingWrong() throws Exception {
    Bench bench =
        bench(
            plan(
                SluiceNode.Route.KAFKA, 1, new SubscribeChurn(50, 10), new ReconnectStorm(50, 10)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(contenders(results, "reconnect storm")).containsExactly("Sluice");
    assertThat(value(results, "reconnect storm", "recovered")).isEqualTo(100);
    assertThat(results.rows()).extracting(Row::note).contains("not yet");
    assertThat(TextTable.of(results)).contains("not yet").contains("reconnect storm");
    assertThat(HtmlPage.of(results)).contains("./sluice bench --only something");
    assertThat(Results.ofJson(results.toJson())).isEqualTo(results);
  }

  @Test
  @Tag("full")
  void aFanOutIsMeasuredBesideTheFloorInBothEncodings() throws Exception {
    Bench bench = bench(plan(SluiceNode.Route.KAFKA, 1, FanOut.paced(50), FanOut.protobuf(50)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(contenders(results, FanOut.PACED))
        .containsExactly("Sluice", "floor", "floor, 10 a write");
    assertThat(value(results, FanOut.PACED, Figures.TO_FLOOR.name())).isPositive();
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void everyContenderHasAValueForEveryRound() throws Exception {
    Bench bench = bench(plan(SluiceNode.Route.KAFKA, 2, new IdleMemory(), FanOut.unicast(50)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(results.rows())
        .filteredOn(row -> row.note().isEmpty())
        .allMatch(row -> row.rounds().size() == 2);
    assertThat(contenders(results, "idle memory")).contains("Sluice", "floor");
  }

  @Test
  @Tag("full")
  void theSearchForSaturationEndsBetweenWhatIsSustainedAndWhatIsNot() throws Exception {
    Bench bench = bench(plan(SluiceNode.Route.KAFKA, 1, new Saturation(50)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(value(results, Saturation.NAME, Figures.DELIVERIES.name())).isPositive();
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void nodesThatDifferInASettingAreMeasuredSideBySide() throws Exception {
    NodeSetup one = new NodeSetup("one loop", Map.of("edge.loops", "1"), List.of());
    List<Scenario> parts = List.of(new IdleMemory(), FanOut.paced(50));
    Bench bench =
        bench(
            plan(
                SluiceNode.Route.KAFKA,
                1,
                new SideBySide("loops", List.of(NodeSetup.USUAL, one), parts)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(contenders(results, "loops: idle memory"))
        .containsExactly("Sluice", "Sluice, one loop");
    assertThat(contenders(results, "loops: " + FanOut.PACED))
        .containsExactly("Sluice", "Sluice, one loop");
    assertThat(results.run().flags().get("Sluice, one loop")).endsWith("edge.loops: 1");
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void clientsThatDoNotReadAreBehindAndHaveEverythingInTheEnd() throws Exception {
    Bench bench = bench(plan(SluiceNode.Route.KAFKA, 1, new NeverReading(20)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(value(results, NeverReading.NAME, Figures.LAGGING.name())).isEqualTo(2);
    assertThat(value(results, NeverReading.NAME, Figures.P99_RATIO.name())).isPositive();
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void whatIsInMemoryIsRecoveredWithoutKafkaBesideOthersThatStay() throws Exception {
    Absence absence = new Absence(50, 10, 20, Duration.ofSeconds(1), Duration.ofSeconds(4));
    Bench bench =
        bench(
            plan(
                SluiceNode.Route.KAFKA,
                1,
                MissedWhileAway.within(absence, Duration.ofSeconds(2), Duration.ofSeconds(5)),
                new BesideAStorm(absence, 20, Contender.Ability.RECOVERS)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(value(results, MissedWhileAway.NAME, Figures.RECOVERED.name())).isEqualTo(100);
    assertThat(value(results, MissedWhileAway.NAME, Figures.RECOVERY_P99.name())).isPositive();
    assertThat(value(results, MissedWhileAway.NAME, Figures.SCANS.name())).isZero();
    assertThat(value(results, MissedWhileAway.NAME, Figures.QUESTIONS.name())).isZero();
    assertThat(value(results, BesideAStorm.NAME, Figures.P99_TO_QUIET.name())).isPositive();
    assertThat(TextTable.of(results)).contains("[1] goal: all are back within 2 s");
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void whatHasLeftMemoryIsReadAgainForAllTogether() throws Exception {
    Absence absence = new Absence(20, 10, 3_000, Duration.ofSeconds(6), Duration.ofSeconds(10));
    String title = "small: " + MissedWhileAway.NAME;
    Bench bench =
        bench(
            plan(
                SluiceNode.Route.KAFKA,
                1,
                new SideBySide(
                    "small",
                    List.of(NodeSetup.windows().getLast()),
                    List.of(MissedWhileAway.of(absence, Contender.Ability.LOG)))));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(value(results, title, Figures.RECOVERED.name())).isEqualTo(100);
    assertThat(value(results, title, Figures.SCANS.name())).isBetween(1.0, 19.0);
    assertThat(value(results, title, Figures.REPLAYED.name())).isGreaterThan(1);
    assertThat(value(results, title, Figures.REPLAYED_BYTES.name())).isPositive();
    assertThat(value(results, title, Figures.RECOVERY_P50.name())).isPositive();
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void aNodeThatReadWhatWasMissedBeforeItWasReadyReadsNothingForThoseWhoComeBack()
      throws Exception {
    Absence absence = new Absence(20, 10, 20, Duration.ofSeconds(1), Duration.ofSeconds(10));
    Bench bench =
        bench(
            plan(
                SluiceNode.Route.KAFKA,
                1,
                new SideBySide(
                    "age", NodeSetup.preWarming(), List.of(new AfterARestart(absence)))));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    String title = "age: " + AfterARestart.NAME;
    assertThat(results.rows())
        .filteredOn(row -> row.scenario().equals(title) && row.metric().equals(Figures.RECOVERED))
        .hasSize(2)
        .allMatch(row -> row.median() == 100);
    assertThat(results.rows())
        .filteredOn(row -> row.scenario().equals(title) && row.metric().equals(Figures.SCANS))
        .satisfiesExactly(
            warm -> assertThat(warm.median()).isZero(),
            cold -> assertThat(cold.median()).isPositive());
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void sessionsOfANodeThatIsKilledGoOnOnTheOtherAndLeaveNoGhosts() throws Exception {
    Bench bench = bench(plan(SluiceNode.Route.KAFKA, 1, new NodeKilled(50, 10)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(value(results, NodeKilled.NAME, Figures.SESSIONS_RESUMED.name())).isEqualTo(100);
    assertThat(value(results, NodeKilled.NAME, Figures.RETURN_P99.name())).isPositive();
    assertThat(value(results, NodeKilled.NAME, Figures.PRESENCE_TRUE.name())).isPositive();
  }

  @ParameterizedTest
  @Tag("full")
  @EnumSource(
      value = SluiceNode.Route.class,
      names = {"API", "CLIENT"})
  void publicationsComeByOtherRoutesToo(SluiceNode.Route route) throws Exception {
    Bench bench = bench(plan(route, 1, FanOut.paced(200)));
    Results results = bench.run();

    assertThat(bench.faults()).isEmpty();
    assertThat(value(results, FanOut.PACED, Figures.CPU.name())).isPositive();
  }

  private static List<String> contenders(Results results, String scenario) {
    return results.rows().stream()
        .filter(row -> row.scenario().equals(scenario))
        .map(Row::contender)
        .distinct()
        .toList();
  }

  private static double value(Results results, String scenario, String metric) {
    return results.rows().stream()
        .filter(row -> row.scenario().equals(scenario) && row.metric().name().equals(metric))
        .findFirst()
        .orElseThrow()
        .median();
  }
}
