package io.sluice.perf.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class ProcessTreeTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  @Test
  void aProcessCostsWhatThoseItHasStartedCost() throws Exception {
    try (Running it = new Running("sh -c 'while :; do :; done' & wait")) {
      await().atMost(LIMIT).until(() -> ProcessTree.cpu(it.pid()).toMillis() >= 200);

      assertThat(Accounting.cpu(it.pid())).isLessThan(Duration.ofMillis(100));
      assertThat(ProcessTree.residentBytes(it.pid())).isBetween(1L, 100_000_000L);
    }
  }

  private static final class Running implements AutoCloseable {
    private final Process process;

    Running(String script) throws IOException {
      process = new ProcessBuilder("/bin/sh", "-c", script).start();
    }

    long pid() {
      return process.pid();
    }

    @Override
    public void close() {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
