package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import io.sluice.gateway.logs.AccessLog;
import io.sluice.gateway.logs.StderrAppender;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// The logging configuration that nodes run with.
class NodeLogTest {
  private final LoggerContext context = new LoggerContext();

  @AfterEach
  void stop() {
    context.stop();
  }

  @Test
  void aNodesLogGoesToStderrWithoutAnybodyWaiting() throws Exception {
    URL file = Objects.requireNonNull(NodeLogTest.class.getResource("node-logback.xml"));
    JoranConfigurator configurator = new JoranConfigurator();
    configurator.setContext(context);
    configurator.doConfigure(file);

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(root.iteratorForAppenders())
        .toIterable()
        .singleElement()
        .isInstanceOfSatisfying(
            StderrAppender.class, appender -> assertThat(appender.isStarted()).isTrue());
    assertThat(root.getLevel()).isEqualTo(Level.WARN);
    assertThat(context.getLogger("io.sluice").getLevel()).isEqualTo(Level.INFO);
    assertThat(context.getLogger(AccessLog.NAME).getLevel()).isEqualTo(Level.INFO);
  }

  private static Process loud(int lines) throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-cp",
            System.getProperty("java.class.path"),
            LoudMain.class.getName(),
            Integer.toString(lines))
        .start();
  }

  @Test
  void aProcessEndsWithItsLastLine() throws Exception {
    Process process = loud(100);
    try (BufferedReader err = process.errorReader()) {
      List<String> lines = err.lines().toList();
      assertThat(lines).hasSize(100).allMatch(line -> line.startsWith("{\"time\":\""));
      assertThat(lines.getLast()).contains("\"message\":\"a line\"", "\"number\":100,\"of\":100}");
      assertThat(process.waitFor()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /// 20 MB, and a pipe holds 64 KiB.
  @Test
  void aProcessWhoseStderrNobodyReadsGoesOnAndEnds() throws Exception {
    Process process = loud(100_000);
    try (BufferedReader out = process.inputReader()) {
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ended").isTrue();
      assertThat(out.readLine()).isEqualTo("done");
    } finally {
      process.destroyForcibly();
    }
  }
}
