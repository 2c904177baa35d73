package io.sluice.gateway.health;

import io.sluice.gateway.health.HealthCheck.State;
import java.time.Duration;

/// Kafka may be away for a while: clients have what the windows hold, and if every node said that
/// it is not ready they would leave the balancer together. For one thread at a time.
public final class KafkaCheck {
  private final Duration grace;
  private boolean answers = true;
  private long since;

  /// @param grace how long it may be away until the node is not ready
  /// @param now by [System#nanoTime]; it answers
  public KafkaCheck(Duration grace, long now) {
    this.grace = grace;
    this.since = now;
  }

  /// What there is to say now.
  ///
  /// @param state for the check
  public record Verdict(State state, String detail) {}

  /// Takes note of whether it answers.
  ///
  /// @param answeredLast whether it answered when it was asked last
  public Verdict look(boolean answeredLast, long now) {
    if (answeredLast != answers) {
      answers = answeredLast;
      since = now;
    }
    if (answers) {
      return new Verdict(State.UP, "");
    }
    Duration away = Duration.ofNanos(now - since);
    return away.compareTo(grace) < 0
        ? new Verdict(State.DEGRADED, "does not answer")
        : new Verdict(
            State.DOWN, "has not answered for longer than kafka.ready-grace, " + seconds(grace));
  }

  /// For how long it has answered without a break; zero when it does not.
  public Duration answering(long now) {
    return answers ? Duration.ofNanos(now - since) : Duration.ZERO;
  }

  static String seconds(Duration length) {
    return length.toSeconds() + " s";
  }
}
