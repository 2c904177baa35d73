package io.sluice.gateway;

import io.sluice.broker.BridgeStartException;
import io.sluice.broker.KafkaSettings;
import io.sluice.broker.SessionEventLog;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.session.ClosedSession;
import io.sluice.session.SessionRestoreException;
import io.sluice.session.SessionRestorer;
import io.sluice.session.SessionStoreSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.common.KafkaException;

/// Rebuilds in Redis what only Redis and the log know of: sessions that nobody holds and that may
/// be resumed still. Those that are held their nodes write again by themselves. Safe at any time:
/// what is there already, or is newer, stays.
public final class SessionRebuild {
  /// By so much clocks of nodes, brokers and this machine may differ.
  private static final Duration CLOCKS = Duration.ofSeconds(10);

  private SessionRebuild() {}

  /// What was done.
  ///
  /// @param grace how far back the log was read
  /// @param events how many it has since then
  /// @param inGrace sessions that were closed in this time and not opened again
  /// @param restored of these, what Redis had lost
  /// @param there of these, what Redis has, or knows more of
  /// @param passedOver events of more sessions than are rebuilt at once
  public record Rebuilt(
      Duration grace, long events, int inGrace, int restored, int there, long passedOver) {}

  /// Does it; blocks as long as it takes to read the log of the last minutes.
  ///
  /// @throws StartException saying in one line what is wrong
  public static Rebuilt run(GatewayConfig config) throws StartException, InterruptedException {
    KafkaSettings kafka = PartSettings.bridge(config).kafka();
    SessionStoreSettings redis = PartSettings.sessions(config);
    if (kafka.sessionsTopic().isEmpty()) {
      throw new StartException(
          "kafka.sessions-topic is empty: no log says what sessions there were");
    }
    if (redis.uri().isEmpty()) {
      throw new StartException("redis.uri is empty: each node has its sessions in its own memory");
    }
    try (SessionRestorer restorer = SessionRestorer.open(redis)) {
      Instant since = Instant.now().minus(redis.grace());
      SessionsInGrace sessions = new SessionsInGrace();
      long events = SessionEventLog.read(kafka, since.minus(CLOCKS), sessions::see);
      List<ClosedSession> closed = sessions.closedSince(since);
      SessionRestorer.Outcome outcome = restorer.restore(closed);
      return new Rebuilt(
          redis.grace(),
          events,
          closed.size(),
          outcome.restored(),
          outcome.there(),
          sessions.passedOver());
    } catch (SessionRestoreException e) {
      throw new StartException("redis.uri: " + e.getMessage(), e);
    } catch (KafkaException | BridgeStartException e) {
      throw new StartException(
          "Kafka at kafka.bootstrap-servers '%s': %s"
              .formatted(kafka.bootstrapServers(), e.getMessage()),
          e);
    }
  }
}
