package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perf.stress.FaultyNode.Fault;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// The whole of it, small: real Gatling, real nodes, real Kafka and Redis.
@Tag("full")
@Timeout(240)
final class StressTest {
  /// A busy machine is no fault of the nodes.
  private static final List<String> PATIENT =
      List.of(
          "--goal", "server-cpu=1000%", "--goal", "connect-p99=60s", "--goal", "delivery-p99=60s");

  @TempDir private Path root;

  private RunningStress.Done stress(String... arguments) throws Exception {
    try (RunningStress run = RunningStress.start(root, arguments)) {
      RunningStress.Done done = run.await();
      System.out.println(done.err());
      done.lines().forEach(System.out::println);
      return done;
    }
  }

  private RunningStress.Done patient(String... arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(PATIENT);
    return stress(all.toArray(new String[0]));
  }

  private static String missed(RunningStress.Done done) {
    return done.lines().stream().filter(line -> line.startsWith("MISSED")).toList().toString();
  }

  private static void reachesAll(RunningStress.Done done) {
    assertThat(done.code()).as(missed(done)).isZero();
    assertThat(done.lines()).contains("reached  lost <= 0: 0", "reached  error-rate <= 0%: 0%");
    assertThat(done.lines().getLast()).endsWith(": all goals reached");
  }

  @Test
  void everyGoalHasAVerdictAndOneThatCannotBeReachedIsNamedLast() throws Exception {
    RunningStress.Done done =
        stress(
            "baseline",
            "--scale",
            "0.02",
            "--goal",
            "delivery-p99=0ms",
            "--goal",
            "connect-p99=60s",
            "--goal",
            "server-cpu=1000%");

    List<String> lines = done.lines();
    assertThat(lines).anyMatch(line -> line.startsWith("MISSED   delivery-p99 <= 0ms: "));
    assertThat(lines).contains("reached  lost <= 0: 0", "reached  error-rate <= 0%: 0%");
    assertThat(lines.getLast()).matches("baseline: missed delivery-p99 <= 0ms: \\d+ms");
    assertThat(done.code()).isEqualTo(1);
    Path page = Path.of(lines.get(lines.size() - 3));
    assertThat(Files.readString(page)).contains("Kafka, records written", "Gatling");
    showsPublicationsOnTheirWay(page, "baseline");
    assertThat(Files.readString(Path.of(lines.get(lines.size() - 2))))
        .contains("\"delivery-p99\"", "\"Redis, commands\"");
  }

  private static FoundTraces traces(Path page, String scenario) throws Exception {
    Path file = page.resolveSibling("stress-" + scenario + "-traces.json");
    return FoundTraces.ofJson(Files.readString(file));
  }

  private static List<String> names(SlowTrace trace) {
    return trace.spans().stream().map(span -> span.name() + ", " + span.node()).toList();
  }

  /// From the publisher by both nodes to their clients.
  private static void showsPublicationsOnTheirWay(Path page, String scenario) throws Exception {
    String html = Files.readString(page);
    FoundTraces found = traces(page, scenario);
    assertThat(found.seen()).isGreaterThan(10);
    assertThat(found.late()).isZero();
    assertThat(found.of(TraceKind.PUBLICATION))
        .hasSize(SlowestTraces.KEPT)
        .allSatisfy(trace -> {
          assertThat(names(trace)).hasSize(5);
          assertThat(names(trace)).anyMatch(name -> name.matches("send .+, publisher"));
          for (String node : List.of("node-1", "node-2")) {
            assertThat(names(trace)).anyMatch(name -> name.matches("process .+, " + node + "-.+"));
            assertThat(names(trace)).anyMatch(name -> name.matches("fan-out .+, " + node + "-.+"));
          }
          assertThat(trace.micros()).isPositive();
          assertThat(html).contains(trace.id());
          trace.spans().forEach(span -> assertThat(html).contains(span.name(), span.node()));
        });
  }

  @Test
  void whenANodeIsKilledNothingIsLost() throws Exception {
    RunningStress.Done done = patient("node-loss", "--scale", "0.04", "--goal", "back-p99=60s");

    reachesAll(done);
    assertThat(done.lines()).contains("reached  recovered >= 100%: 100%");
    assertThat(done.lines()).anyMatch(line -> line.startsWith("reached  back-p99 <= "));
  }

  @Test
  void whenAllLeaveAndComeBackNothingIsLost() throws Exception {
    RunningStress.Done done = patient("storm", "--scale", "0.04");

    reachesAll(done);
    assertThat(done.lines()).contains("reached  recovered >= 100%: 100%");
  }

  @Test
  void whoReadsSlowlyFallsBehindAndLosesNothing() throws Exception {
    RunningStress.Done done = patient("slow-consumers", "--scale", "0.1");

    reachesAll(done);
    assertThat(done.lines())
        .anyMatch(line -> line.startsWith("reached  slow-clients-behind >= 1: "));
  }

  @Test
  void servicesFindWhatTheyHavePublishedAndSomebodyWhoListens() throws Exception {
    RunningStress.Done done = patient("mixed", "--scale", "0.05", "--goal", "request-p99=60s");

    reachesAll(done);
    Path page = Path.of(done.lines().get(done.lines().size() - 3));
    assertThat(traces(page, "mixed").of(TraceKind.REQUEST))
        .isNotEmpty()
        .allSatisfy(trace ->
            assertThat(names(trace)).anyMatch(name -> name.matches("POST /api/.+, node-.+")));
    assertThat(Files.readString(page)).contains("<h3>Requests to the API</h3>");
  }

  @Test
  void memoryIsWatchedWhileUsersComeAndGo() throws Exception {
    RunningStress.Done done = patient("soak", "--scale", "0.003", "--goal", "memory-growth=500MB");

    reachesAll(done);
    assertThat(done.lines())
        .anyMatch(line -> line.matches("reached {2}memory-growth <= 500MB: \\d+MB"));
  }

  @Test
  void aPublicationThatReachesNobodyIsLostToEachUser() throws Exception {
    try (FaultyNode node = new FaultyNode(Fault.LOSES)) {
      RunningStress.Done done =
          patient(
              "baseline",
              "--scale",
              "0.02",
              "--edge",
              node.edge().toString(),
              "--api",
              node.api().toString());

      assertThat(done.lines()).contains("MISSED   lost <= 0: 20", "reached  dropped <= 0: 0");
      assertThat(done.lines().getLast()).isEqualTo("baseline: missed lost <= 0: 20");
      assertThat(done.code()).isEqualTo(1);
      assertThat(Files.readString(Path.of(done.lines().get(done.lines().size() - 3))))
          .contains("Slowest traces", "<code>tracing.endpoint</code>");
      assertThat(Files.readString(Path.of(done.lines().get(done.lines().size() - 2))))
          .contains("./sluice stress baseline --scale 0.02", "--edge " + node.edge(), "\"9.9\"")
          .doesNotContain("loopback");
    }
  }

  @Test
  void aHistoryThatLacksWhatWasPublishedLastIsAnError() throws Exception {
    try (FaultyNode node = new FaultyNode(Fault.OLD_HISTORY)) {
      RunningStress.Done done =
          patient(
              "mixed",
              "--scale",
              "0.02",
              "--edge",
              node.edge().toString(),
              "--api",
              node.api().toString());

      assertThat(done.lines().getLast()).isEqualTo("mixed: missed request-error-rate <= 0%: 100%");
      assertThat(done.code()).isEqualTo(1);
    }
  }

  @Test
  void aSecretThatIsNotTheNodesIsToldInWords() throws Exception {
    try (OwnStack stack = OwnStack.start(Map.of())) {
      StressTarget right = stack.target();
      URI edge = right.edges().getFirst();
      FirstUser.demandLetIn(edge, "stress-probe", right);
      StressTarget wrong =
          new StressTarget(
              right.edges(), right.apis(), right.key(), "x".repeat(40), right.kafka(), "");
      assertThatThrownBy(() -> FirstUser.demandLetIn(edge, "stress-probe", wrong))
          .hasMessageStartingWith(edge + " does not let users in: close 3500 ");
      assertThatThrownBy(() -> FirstUser.demandLetIn(edge, "unknown:stress-probe", right))
          .hasMessageContaining("\"code\":102");
    }
  }
}
