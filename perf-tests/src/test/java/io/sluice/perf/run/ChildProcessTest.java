package io.sluice.perf.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// A program that takes no notice of us.
final class ChildProcessTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static ChildProcess program(String... command) throws IOException {
    return ChildProcess.program("program", List.of(command), Map.of("WORD", "hello"));
  }

  private static ProcessHandle handle(ChildProcess started) throws IOException {
    return ProcessHandle.of(Long.parseLong(started.line(LIMIT))).orElseThrow();
  }

  @Test
  void itEndsWhenItsInputEndsAlthoughItDoesNotReadIt() throws Exception {
    ChildProcess started = program("sleep", "600");
    ProcessHandle it = handle(started);
    assertThat(it.isAlive()).isTrue();
    started.close();

    await().atMost(LIMIT).until(() -> !it.isAlive());
    assertThat(started.isAlive()).isFalse();
  }

  @Test
  void itIsKilledWithWhatItHasStarted() throws Exception {
    ChildProcess started = program("sh", "-c", "trap '' TERM; sleep 600; exit 0");
    ProcessHandle it = handle(started);
    await().atMost(LIMIT).until(() -> it.children().count() == 1);
    List<ProcessHandle> children = it.children().toList();
    started.kill();

    await().atMost(LIMIT).until(() -> !it.isAlive());
    await().atMost(LIMIT).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void whyItHasEndedIsKnown() throws Exception {
    try (ChildProcess started = program("sh", "-c", "echo \"$WORD\"; exit 7")) {
      started.line(LIMIT); // its process id

      assertThatThrownBy(() -> started.line(LIMIT))
          .hasMessageContaining("ended with exit code 7")
          .hasMessageContaining("hello");
    }
  }
}
