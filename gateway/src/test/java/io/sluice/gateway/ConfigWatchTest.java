package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ConfigWatchTest {
  private static final Duration LOOK = Duration.ofMillis(20);

  @TempDir Path folder;
  private final List<String> read = new CopyOnWriteArrayList<>();

  @Test
  void aFileThatHasChangedIsReadAgainAndSoIsOneThatASecretIsIn() throws Exception {
    Path key = Files.writeString(folder.resolve("key"), "one");
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "api: {key: file:" + key + "}");
    try (ConfigWatch _ = ConfigWatch.of(file, LOOK).start(() -> note(file))) {
      Files.writeString(file, "# new\napi: {key: file:" + key + "}");
      await().until(() -> read.size() == 1);
      assertThat(read.getFirst()).startsWith("# new");
      Files.writeString(key, "another");
      await().until(() -> read.size() == 2);
      Files.delete(file); // as an editor does, for a moment
      Files.writeString(file, "# other\n");
      await().until(() -> read.getLast().startsWith("# other"));
    }
  }

  /// Below `nohup` a process is not told, which is what that is for.
  @Test
  void sighupHasItReadAgainAtOnce() throws Exception {
    assumeThat(ignoresHangups()).as("started below nohup").isFalse();
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "");
    try (ConfigWatch _ =
        ConfigWatch.of(file, Duration.ofHours(1)).start(() -> note(file)).onHangup()) {
      long self = ProcessHandle.current().pid();
      assertThat(new ProcessBuilder("kill", "-HUP", "" + self).start().waitFor()).isZero();
      await().until(() -> read.size() == 1);
    }
  }

  /// As the system says, where it does.
  private static boolean ignoresHangups() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    return Files.readAllLines(status).stream()
        .filter(line -> line.startsWith("SigIgn:"))
        .anyMatch(line -> (Long.parseLong(line.substring(7).strip(), 16) & 1) == 1);
  }

  @Test
  void whatFailsOnceIsTriedWithTheNextChange() throws Exception {
    Path file = Files.writeString(folder.resolve("sluice.yaml"), "");
    try (ConfigWatch watch =
        ConfigWatch.of(file, LOOK)
            .start(() -> {
              note(file);
              throw new IllegalStateException("as expected");
            })) {
      watch.now();
      await().until(() -> read.size() == 1);
      watch.now();
      await().until(() -> read.size() == 2);
    }
  }

  private void note(Path file) {
    try {
      read.add(Files.readString(file));
    } catch (java.io.IOException e) {
      read.add(e.toString());
    }
  }
}
