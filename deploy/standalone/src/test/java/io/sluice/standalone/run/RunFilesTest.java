package io.sluice.standalone.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFilesTest {
  private static final ProcessMark THIS = ProcessMark.of(ProcessHandle.current());

  @TempDir Path home;

  @Test
  void writtenFileIsFoundAndReadByItsOwnerOnly() throws Exception {
    RunFile run = run(THIS, 8000);
    files().write(run);
    assertThat(files().live()).containsExactly(run);
    Path file = home.resolve(".local/state/sluice/run-8000.json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(run.toString()).doesNotContain("the-secret", "the-key");
  }

  @Test
  void stateHomeOfTheEnvironmentIsUsedWhenItIsAbsolute() throws Exception {
    RunFiles.ofUser(Map.of("XDG_STATE_HOME", home.resolve("state").toString()))
        .write(run(THIS, 8000));
    assertThat(home.resolve("state/sluice/run-8000.json")).exists();

    RunFiles.ofUser(Map.of("XDG_STATE_HOME", "relative", "HOME", home.toString()))
        .write(run(THIS, 8001));
    assertThat(home.resolve(".local/state/sluice/run-8001.json")).exists();
  }

  @Test
  void fileOfADeadProcessIsIgnoredAndRemoved() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ProcessMark mark = ProcessMark.of(ended.toHandle());
    ended.waitFor();
    files().write(run(mark, 8000));
    assertThat(files().live()).isEmpty();
    assertThat(home.resolve(".local/state/sluice/run-8000.json")).doesNotExist();
  }

  @Test
  void fileOfAProcessWhoseIdWasUsedAgainIsIgnored() throws Exception {
    Process another = new ProcessBuilder("cat").start();
    try {
      ProcessMark mark = ProcessMark.of(another.toHandle());
      files().write(run(mark, 8000));
      files().write(run(new ProcessMark(mark.pid(), mark.startedMillis() - 60_000), 8001));
      assertThat(files().live()).extracting(RunFile::edgePort).containsExactly(8000);
    } finally {
      another.destroy();
    }
  }

  @Test
  void aFileThatIsNoRunFileIsLeftAlone() throws Exception {
    files().write(run(THIS, 8000));
    Path foreign = home.resolve(".local/state/sluice/run-1.json");
    Files.writeString(foreign, "{\"version\":99}");
    assertThat(files().live()).hasSize(1);
    assertThat(foreign).exists();
  }

  @Test
  void theOnlyOneIsChosenWithoutFlags() throws Exception {
    files().write(run(THIS, 8000));
    assertThat(files().choose(RunChoice.ANY, "./sluice").edgePort()).isEqualTo(8000);
  }

  @Test
  void ofSeveralTheFlagsChooseAndNoneIsChosenWithoutThem() throws Exception {
    files().write(run(THIS, 8000));
    files().write(run(THIS, 8100));
    assertThatThrownBy(() -> files().choose(RunChoice.ANY, "./sluice"))
        .isInstanceOf(NoSuchRunException.class)
        .hasMessageContainingAll(
            "2 'sluice up' are running", "--edge-port", "--data", "8000", "8100");
    assertThat(files().choose(new RunChoice(8101, null), "./sluice").edgePort()).isEqualTo(8100);
    assertThat(files().choose(new RunChoice(null, data(8000)), "./sluice").edgePort())
        .isEqualTo(8000);
    assertThatThrownBy(() -> files().choose(new RunChoice(9999, null), "./sluice"))
        .hasMessageContainingAll("--edge-port 9999", "8000", "8100");
  }

  @Test
  void removingLeavesTheFileOfWhoTookThePlace() throws Exception {
    RunFile first = run(new ProcessMark(1, 1), 8000);
    RunFile second = run(THIS, 8000);
    files().write(first);
    files().write(second);
    files().remove(first);
    assertThat(files().live()).containsExactly(second);
    files().remove(second);
    assertThat(files().live()).isEmpty();
  }

  private RunFiles files() {
    return RunFiles.ofUser(Map.of("HOME", home.toString()));
  }

  private Path data(int edgePort) {
    return home.resolve("data-" + edgePort);
  }

  private RunFile run(ProcessMark up, int edgePort) {
    return new RunFile(
        up,
        data(edgePort),
        "127.0.0.1:29092",
        "redis://127.0.0.1:26379",
        "the-secret",
        "the-key",
        Map.of("default", "sluice.default"),
        List.of(
            new RunNode("node-1", 11, edgePort, 9000),
            new RunNode("node-2", 12, edgePort + 1, 9001)));
  }
}
