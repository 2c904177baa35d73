package io.sluice.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.gateway.config.LogFormat;
import io.sluice.gateway.logs.StderrAppender.Lost;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The way of lines to stderr.
final class StderrAppenderTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int LINES = 40;

  private final LogEvents log = new LogEvents();
  private final AtomicLong now = new AtomicLong();
  private final Reader out = new Reader();
  private final StderrAppender appender =
      new StderrAppender(
          out,
          new Repeats(now::get),
          Duration.ofMillis(20),
          new LineQueue(LINES, 1 << 20),
          LogFormat.JSON);

  /// Whoever reads stderr, or does not.
  private static final class Reader extends OutputStream {
    final ByteArrayOutputStream read = new ByteArrayOutputStream();
    final CountDownLatch reads = new CountDownLatch(1);
    final CountDownLatch writing = new CountDownLatch(1);
    volatile boolean gone;
    volatile boolean broken;

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      writing.countDown();
      try {
        reads.await();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
      if (gone) {
        throw new IOException("Broken pipe");
      }
      if (broken) {
        throw new LinkageError("as the test wants it");
      }
      synchronized (read) {
        read.write(bytes, offset, length);
      }
    }

    List<String> messages() throws IOException {
      String text;
      synchronized (read) {
        text = read.toString(StandardCharsets.UTF_8);
      }
      ObjectMapper json = new ObjectMapper();
      List<String> found = new java.util.ArrayList<>();
      for (String line : text.lines().toList()) {
        JsonNode one = json.readTree(line);
        found.add(
            one.path("level").asText()
                + " "
                + one.path("message").asText()
                + " "
                + one.path("n").asText(one.path("count").asText()));
      }
      return found;
    }
  }

  private void start() {
    appender.setContext(log.context);
    appender.node("n-1");
    appender.start();
    log.root().addAppender(appender);
  }

  @AfterEach
  void stop() {
    out.reads.countDown();
    appender.stop();
  }

  @Test
  void linesComeInOrderAndAllOfThemAreThereAfterAFlush() throws Exception {
    out.reads.countDown();
    start();
    for (int i = 0; i < LINES / 2; i++) {
      log.ours().info("line n={}", i);
    }
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages()).hasSize(LINES / 2).startsWith("INFO line 0", "INFO line 1");
    assertThat(appender.lost(Lost.FULL)).isZero();
  }

  @Test
  void whoLogsDoesNotWaitForWhoeverReadsAndWarningsFindRoomLonger() throws Exception {
    start();
    log.ours().info("first n={}", 0);
    out.writing.await(); // and nobody reads
    assertTimeoutPreemptively(
        PATIENCE,
        () -> {
          for (int i = 0; i < 1_000; i++) {
            log.ours().info("line n={}", i);
          }
          for (int i = 0; i < 15; i++) {
            log.ours().error("broken n={}", i);
          }
        });
    int room = LINES / 4 * 3;
    assertThat(appender.lost(Lost.FULL)).isEqualTo(1_000 - room + 15 - (LINES - room));
    assertThat(appender.flush(Duration.ofMillis(50))).as("nobody reads").isFalse();

    out.reads.countDown();
    assertThat(appender.flush(PATIENCE)).isTrue();
    await().until(() -> out.messages().contains("WARN log lines dropped 975"));
    assertThat(out.messages())
        .hasSize(1 + LINES + 1)
        .contains("INFO line 29", "ERROR broken 9")
        .doesNotContain("INFO line 30", "ERROR broken 10");
  }

  @Test
  void whatCameTooOftenIsCountedAndToldWhenTheMinuteIsOver() throws Exception {
    out.reads.countDown();
    start();
    for (int i = 0; i < 25; i++) {
      log.ours().warn("slow n={}", i);
    }
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages()).hasSize(Repeats.WARNINGS);
    assertThat(appender.lost(Lost.REPEATED)).isEqualTo(5);
    now.addAndGet(Repeats.WINDOW.toNanos());
    await().until(() -> out.messages().getLast().equals("WARN lines left out 5"));
  }

  @Test
  void whatNobodyCanReadAnyMoreIsCounted() throws Exception {
    out.gone = true;
    out.reads.countDown();
    start();
    log.ours().info("line");
    assertThat(appender.flush(PATIENCE)).isTrue();
    await().until(() -> appender.lost(Lost.UNWRITABLE) == 1);
    out.gone = false;
    log.ours().info("line n={}", 2);
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages()).containsExactly("INFO line 2");
  }

  /// Whatever came out of writing them.
  @Test
  void linesAreWrittenAfterAnErrorAndThoseThatWereLostByItAreCounted() throws Exception {
    out.broken = true;
    out.reads.countDown();
    start();
    log.ours().info("line n={}", 1);
    await().until(() -> appender.lost(Lost.UNWRITABLE) == 1);
    out.broken = false;
    log.ours().info("line n={}", 2);
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages()).containsExactly("INFO line 2");
  }

  @Test
  void whatOthersSayTooOftenIsToldWithTheSameKeys() throws Exception {
    out.reads.countDown();
    start();
    for (int i = 0; i < 25; i++) {
      log.logger(LogEvents.FOREIGN).warn("slow {}", i);
    }
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages()).hasSize(Repeats.WARNINGS);
    now.addAndGet(Repeats.WINDOW.toNanos());
    await().until(() -> out.messages().getLast().equals("WARN lines left out 5"));
    assertThat(out.read.toString(StandardCharsets.UTF_8))
        .contains("\"logger\":\"" + LogEvents.FOREIGN + "\"")
        .endsWith("\"count\":5,\"phrase\":\"slow {}\"}\n");
  }

  @Test
  void ofMarkedLinesIsToldOfWhichStatusTheyWere() throws Exception {
    out.reads.countDown();
    start();
    for (int i = 0; i < Repeats.MARKED + 3; i++) {
      log.ours().info(AccessLog.SPARING, "seen status={} n={}", 503, i);
      assertThat(appender.flush(PATIENCE)).isTrue(); // there is room for a few
    }
    now.addAndGet(Repeats.WINDOW.toNanos());
    await().until(() -> out.messages().getLast().equals("INFO lines left out 3"));
    assertThat(out.read.toString(StandardCharsets.UTF_8))
        .endsWith("\"count\":3,\"status\":503,\"phrase\":\"seen status={} n={}\"}\n");
  }

  /// They are full of passwords and payloads.
  @Test
  void bytesThatLibrariesReadAndWriteAreNotLogged() throws Exception {
    out.reads.countDown();
    start();
    log.logger("io.lettuce.core.protocol.CommandEncoder").trace("Sent: AUTH secret");
    log.logger("io.helidon.webserver.http1").debug("X-API-Key: secret");
    log.logger("io.lettuce.core.protocol.CommandEncoder").debug("writing");
    log.logger("io.helidon.webserver").info("started");
    log.ours().trace("ours");
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages())
        .extracting(String::strip)
        .containsExactly("DEBUG writing", "INFO started", "TRACE ours");
  }

  @Test
  void linesLookAsTheConfigurationSaysFromNowOn() throws Exception {
    out.reads.countDown();
    start();
    log.ours().info("line n={}", 1);
    assertThat(appender.flush(PATIENCE)).isTrue();
    int before = out.read.size();
    appender.take(LogFormat.TEXT);
    log.ours().info("line n={}", 2);
    assertThat(appender.flush(PATIENCE)).isTrue();
    String all = out.read.toString(StandardCharsets.UTF_8);
    assertThat(all.substring(0, before)).startsWith("{").contains("\"node\":\"n-1\"");
    assertThat(all.substring(before)).endsWith(" line n=2\n");
  }

  @Test
  void whatATerminalIsCalledIsKnown() {
    assertThat(List.of("/dev/pts/0", "/dev/tty1", "/dev/console"))
        .allMatch(name -> Stderr.isTerminal(Path.of(name)));
    assertThat(List.of("pipe:[123]", "/dev/null", "/var/log/sluice.log", "socket:[1]"))
        .noneMatch(name -> Stderr.isTerminal(Path.of(name)));
  }

  @Test
  void levelsAreThoseOfTheLogger() throws Exception {
    out.reads.countDown();
    start();
    log.ours().setLevel(Level.WARN);
    log.ours().info("line");
    assertThat(appender.flush(PATIENCE)).isTrue();
    assertThat(out.messages()).isEmpty();
  }
}
