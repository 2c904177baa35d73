package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

final class FaultsTest {
  @Test
  void theHelpAndTheResultsListEveryKind() throws Exception {
    List<String> kinds = Faults.all().stream().map(Fault::name).toList();
    Path results =
        Path.of(System.getProperty("sluice.root", "..")).resolve("deploy/docs/results/chaos.md");

    assertThat(new CommandLine(new ChaosCommand(System.out, System.err)).getUsageMessage())
        .contains(kinds);
    assertThat(Files.readString(results))
        .contains(kinds.stream().map(kind -> "`" + kind + "`").toList())
        .contains("There are " + kinds.size() + " kinds");
  }
}
