package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import io.sluice.standalone.run.RunNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How `up` cares for its processes, with stand-in nodes and somebody else's Kafka and Redis, that
/// nobody asks.
class UpProcessTest {
  private static final Duration ENDING = Duration.ofSeconds(10);

  @TempDir Path home;
  private final int edgePort = FreePorts.next();
  private final int secondEdgePort = FreePorts.next();
  private final int apiPort = FreePorts.next();

  @Test
  void printsReadyThenTokenThenKeyThenTwoCommands() throws Exception {
    try (Child up = up("--data", home.resolve("data").toString())) {
      up.awaitOut(line -> line.contains("publish"));
      RunFile run = run();
      RunNode node = run.nodes().getFirst();
      List<String> out = up.out();
      assertThat(out).hasSize(5);
      assertThat(out.getFirst())
          .isEqualTo(
              "ready node=%s edge=ws://127.0.0.1:%d/connection/websocket api=http://127.0.0.1:%d"
                  .formatted(node.id(), edgePort, apiPort));
      assertThat(out.get(1)).matches("token=[\\w.-]+");
      assertThat(out.get(2)).isEqualTo("api-key=" + run.apiKey()).matches("api-key=[\\w.-]+");
      assertThat(out.get(3)).isEqualTo("  ./sluice subscribe news");
      assertThat(out.get(4)).isEqualTo("  ./sluice publish news '{\"n\":1}'");
      assertThat(home.resolve("data/logs/node-1.log")).hasContent("stand-in " + node.id());
      assertThat(
              PosixFilePermissions.toString(
                  Files.getPosixFilePermissions(home.resolve("data/node-1.yaml"))))
          .isEqualTo("rw-------");
      assertThat(token().out()).hasSize(1);
    }
  }

  @Test
  void sigtermEndsEverythingAndARestartWithDataKeepsTheSecrets() throws Exception {
    String data = "--data=" + home.resolve("data");
    RunFile run;
    try (Child up = up("--nodes", "2", data)) {
      up.awaitOut(line -> line.contains("publish"));
      run = run();
      assertThat(run.nodes())
          .extracting(RunNode::edgePort)
          .containsExactly(edgePort, secondEdgePort);
      up.terminate();
      up.awaitExit(ENDING);
      assertThat(up.err()).last().isEqualTo("stopping...");
      assertThat(run.nodes()).noneMatch(node -> isAlive(node.pid()));
      assertThat(runFiles().live()).isEmpty();
    }
    try (Child up = up(data)) {
      up.awaitOut(line -> line.contains("publish"));
      assertThat(run().secret()).isEqualTo(run.secret());
      assertThat(run().apiKey()).isEqualTo(run.apiKey());
    }
  }

  @Test
  void nodesEndByThemselvesWhenUpIsKilled() throws Exception {
    try (Child up = up("--nodes", "2")) {
      up.awaitOut(line -> line.contains("publish"));
      RunFile run = run();
      up.process().destroyForcibly();
      await().atMost(ENDING).until(() -> run.nodes().stream().noneMatch(n -> isAlive(n.pid())));
      assertThat(runFiles().live()).isEmpty();
      assertThat(token().err())
          .containsExactly("no running 'sluice up' found; start one with ./sluice up");
    }
  }

  @Test
  void aKilledNodeIsToldAndTheOthersGoOnUntilNoneIsLeft() throws Exception {
    try (Child up = up("--nodes", "2")) {
      up.awaitOut(line -> line.contains("publish"));
      List<RunNode> nodes = run().nodes();
      kill(nodes.get(0));
      up.awaitErr(line ->
          line.startsWith(nodes.get(0).id())
              && line.endsWith("ended unexpectedly, exit code 137; nodes left: 1"));
      assertThat(up.process().isAlive()).isTrue();
      assertThat(isAlive(nodes.get(1).pid())).isTrue();
      kill(nodes.get(1));
      assertThat(up.awaitExit(ENDING)).isEqualTo(1);
      assertThat(up.err()).contains("no node is left");
    }
  }

  @Test
  void ctrlCInATerminalReachesNodesOnlyThroughUp() throws Exception {
    try (Child up = up()) {
      up.awaitOut(line -> line.contains("publish"));
      Path data = run().data();
      RunNode node = run().nodes().getFirst();
      signal("INT", node.pid());
      await().during(Duration.ofSeconds(1)).until(() -> isAlive(node.pid()));
      signal("INT", up.process().pid());
      up.awaitExit(ENDING);
      assertThat(up.err()).contains("stopping...").noneMatch(line -> line.contains("unexpectedly"));
      assertThat(data).doesNotExist();
    }
  }

  @Test
  void aTakenPortIsOneLineAndNothingIsStarted() throws Exception {
    try (var _ = new ServerSocket(edgePort, 1, InetAddress.getLoopbackAddress());
        Child up = up("--data", home.resolve("data").toString())) {
      assertThat(up.awaitExit(ENDING)).isEqualTo(1);
      assertThat(up.err())
          .containsExactly(
              "port %d is taken; node 1's edge needs it; --edge-port moves it".formatted(edgePort));
      assertThat(up.out()).isEmpty();
      assertThat(home.resolve("data")).doesNotExist();
    }
  }

  @Test
  void aNodeThatDoesNotStartIsShownWithTheEndOfItsLog() throws Exception {
    try (Child up =
        Child.java(
            StandInUp.class,
            Map.of("HOME", home.toString(), "SLUICE_EDGE_PORTS", "1"),
            arguments().toArray(String[]::new))) {
      assertThat(up.awaitExit(Duration.ofSeconds(30))).isEqualTo(1);
      assertThat(up.out()).isEmpty();
      assertThat(up.err())
          .noneMatch(line -> line.contains("unexpectedly"))
          .anyMatch(line -> line.contains("did not start; the end of its log:"))
          .anyMatch(line -> line.contains("SLUICE_EDGE_PORTS"));
    }
  }

  private Child up(String... more) throws Exception {
    List<String> arguments = arguments();
    arguments.addAll(List.of(more));
    return Child.java(
        StandInUp.class, Map.of("HOME", home.toString()), arguments.toArray(String[]::new));
  }

  private List<String> arguments() {
    return new ArrayList<>(
        List.of(
            "--kafka=127.0.0.1:1",
            "--redis=redis://127.0.0.1:1",
            "--edge-port=" + edgePort,
            "--api-port=" + apiPort));
  }

  private Printed token() {
    return Printed.by(Map.of("HOME", home.toString()), "token", "--user", "u");
  }

  private RunFiles runFiles() {
    return RunFiles.ofUser(Map.of("HOME", home.toString()));
  }

  private RunFile run() {
    return runFiles().live().getFirst();
  }

  private static boolean isAlive(long pid) {
    return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
  }

  private static void kill(RunNode node) {
    ProcessHandle.of(node.pid()).orElseThrow().destroyForcibly();
  }

  private static void signal(String name, long pid) throws Exception {
    assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start().waitFor())
        .isZero();
  }
}
