package io.sluice.standalone;

import io.sluice.gateway.logs.NodeLog;
import java.nio.file.Path;

/// Decides where logs go, so that stdout has answers only. To be called before the first class that
/// logs.
final class Logs {
  private static final String CONFIGURATION = "logback.configurationFile";

  private Logs() {}

  /// No log at all: these commands report every failure in words of their own, and reading a
  /// logging configuration would take longer than the command.
  static void none() {
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    // Netty, and Redis' client with it, falls back to the JDK's logging then: without handlers.
    System.setProperty("java.util.logging.config.file", "/dev/null");
  }

  /// Kafka's log, and all else of this process, to a file in this folder.
  static void toFolder(Path folder) {
    System.setProperty("cli.logs", folder.toString());
    configure("up-logback.xml");
  }

  /// A node's log to stderr, to its last line however the process ends by itself.
  static void toStderr() {
    configure("node-logback.xml");
    Runtime.getRuntime()
        .addShutdownHook(Thread.ofPlatform().name("sluice-log-end").unstarted(NodeLog::flush));
  }

  /// Unless the reader has a configuration of their own.
  private static void configure(String resource) {
    System.getProperties().putIfAbsent(CONFIGURATION, "io/sluice/standalone/" + resource);
  }
}
