package io.sluice.perf.bench;

import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import java.io.IOException;

/// Kafka and Redis until standard input ends. Prints both addresses on one line. Not for people.
final class BackingMain {
  private BackingMain() {}

  /// Runs them.
  ///
  /// @param arguments none
  public static void main(String[] arguments) throws IOException {
    try (EmbeddedKafka kafka = EmbeddedKafka.builder().start();
        EmbeddedRedis redis = EmbeddedRedis.builder().start()) {
      System.out.println(kafka.bootstrapServers() + " " + redis.uri());
      System.in.skipNBytes(Long.MAX_VALUE);
    } catch (java.io.EOFException _) {
      System.exit(0);
    }
  }
}
