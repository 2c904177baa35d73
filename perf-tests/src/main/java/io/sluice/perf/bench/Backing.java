package io.sluice.perf.bench;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// Kafka and Redis in a process of their own, so that what they cost is not taken for what a server
/// costs.
final class Backing implements AutoCloseable {
  private static final Duration STARTING = Duration.ofSeconds(90);

  private final ChildProcess process;
  private final String kafka;
  private final String redis;

  private Backing(ChildProcess process, String kafka, String redis) {
    this.process = process;
    this.kafka = kafka;
    this.redis = redis;
  }

  /// @param flags of its JVM
  static Backing start(List<String> flags) throws IOException {
    ChildProcess process = ChildProcess.java("backing", flags, BackingMain.class, List.of());
    try {
      String line = process.line(STARTING);
      String[] addresses = line.split(" ", -1);
      if (addresses.length != 2) {
        throw new IOException(process.failure("says '" + line + "'"));
      }
      return new Backing(process, addresses[0], addresses[1]);
    } catch (IOException | RuntimeException e) {
      process.close();
      throw e;
    }
  }

  /// Bootstrap servers.
  String kafka() {
    return kafka;
  }

  /// URI.
  String redis() {
    return redis;
  }

  @Override
  public void close() {
    process.close();
  }
}
