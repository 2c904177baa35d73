package io.sluice.gateway.config;

import java.time.Duration;

/// `drain.*`: leaving without a storm.
///
/// @param announce how long a leaving node is "not ready" and still accepts connections, so that
///   balancers notice
/// @param duration over which it then closes its connections, or up to twice that where the others
///   do not admit them faster; zero = at once
public record DrainConfig(Duration announce, Duration duration) {
  /// Beside the drain: what closing everything may take while Kafka, Redis and a collector do not
  /// answer, each part of it with a limit of its own.
  public static final Duration CLOSING = Duration.ofSeconds(15);

  public DrainConfig {
    new Checks()
        .range("drain.announce", announce, Duration.ZERO)
        .range("drain.duration", duration, Duration.ZERO)
        .done();
  }

  /// What a node may take from SIGTERM to its end. Whoever ends it sooner cuts clients, or loses
  /// what it had to tell Kafka at last.
  public Duration leaving() {
    return announce.plus(duration.multipliedBy(2)).plus(CLOSING);
  }

  static DrainConfig read(Settings in) {
    return new DrainConfig(
        in.duration("drain.announce", Duration.ofSeconds(10)),
        in.duration("drain.duration", Duration.ofSeconds(60)));
  }

  void write(Listing out) {
    out.add("drain.announce", announce).add("drain.duration", duration);
  }
}
