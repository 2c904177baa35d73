package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// Nodes of the previous build are replaced by nodes of this one, one by one, and those by nodes of
/// the previous one again, under load.
@Tag("full")
final class RollingUpgradeTest {
  @TempDir private Path folder;

  @Test
  @Timeout(900)
  void anUpgradeAndARollbackLoseNothing() throws Exception {
    Path checkout = Files.createDirectories(folder.resolve("previous"));
    Program now = Program.ofThisBuild(List.of("--enable-native-access=ALL-UNNAMED"));
    Program previous = now.of(PreviousBuild.classPath(checkout));
    Fault upgrade =
        new Fault(
            "rolling-upgrade",
            Duration.ofSeconds(60),
            Fault.Effect.ENDS_ONE_BY_ONE,
            scene -> {
              replaceAll(scene, now);
              scene.awaitLive();
              scene.say("and back");
              replaceAll(scene, previous);
            });

    Chaos.Result result =
        new Chaos(previous, folder.resolve("run"), System.out).run(1, 1, List.of(upgrade));

    System.out.println(result.table());
    System.out.println(result.line());
    result.facts(System.out);
    assertThat(result.isClean()).as(result.line()).isTrue();
  }

  private static void replaceAll(Scene scene, Program program) throws IOException {
    for (Node node : scene.cluster().nodes()) {
      scene.say("replacing " + node);
      node.process().terminate();
      node.program(program);
      scene.cluster().startNodes();
    }
  }
}
