package io.sluice.gateway.health;

import io.sluice.gateway.health.HealthCheck.State;
import java.time.Duration;

/// Whether what is in Kafka is read soon enough. Pure.
public final class TailingCheck {
  private final Duration bound;

  /// @param bound how long something may be in Kafka, and Kafka answer, without being read
  public TailingCheck(Duration bound) {
    this.bound = bound;
  }

  /// How reading goes.
  ///
  /// @param running whether the threads that read are alive
  /// @param started whether everything was read once up to where it ended at the start
  /// @param late for how long what is longest overdue has been so, partitions that rest left out
  /// @param where the partition that is; "" = none
  /// @param resting partitions that cannot be read at the moment
  public record Reading(
      boolean running, boolean started, Duration late, String where, int resting) {}

  /// What there is to say now.
  ///
  /// @param answering for how long Kafka has answered without a break: what it had before could not
  ///   be read
  public KafkaCheck.Verdict look(Reading reading, Duration answering) {
    if (!reading.running()) {
      return new KafkaCheck.Verdict(State.DOWN, "stopped");
    }
    if (!reading.started()) {
      return new KafkaCheck.Verdict(State.DOWN, "catching up");
    }
    Duration late = min(reading.late(), answering);
    if (late.compareTo(bound) > 0) {
      return new KafkaCheck.Verdict(
          State.DOWN,
          "%s is %s behind, more than kafka.ready-lag, %s"
              .formatted(reading.where(), KafkaCheck.seconds(late), KafkaCheck.seconds(bound)));
    }
    if (reading.resting() > 0) {
      return new KafkaCheck.Verdict(
          State.DEGRADED, reading.resting() + " partitions cannot be read, see the log");
    }
    return new KafkaCheck.Verdict(State.UP, "caught up");
  }

  private static Duration min(Duration a, Duration b) {
    return a.compareTo(b) < 0 ? a : b;
  }
}
