package io.sluice.gateway.config;

import io.sluice.broker.BreakerSettings;
import java.time.Duration;

/// `publish.breaker.*`: when publishing to a topic is refused at once because Kafka fails.
///
/// @param failureRate of the publishes answered within the window so many in a hundred have failed
/// @param window how long an answer counts, in whole seconds
/// @param openFor how long nobody is let through
/// @param tries so many are then let through first
public record PublishBreakerConfig(int failureRate, Duration window, Duration openFor, int tries) {
  private static final Duration SHORTEST = Duration.ofMillis(10);
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration LONGEST = Duration.ofMinutes(1);

  public PublishBreakerConfig {
    new Checks()
        .range("publish.breaker.failure-rate", failureRate, 1, 100)
        .range("publish.breaker.window", window, SECOND, LONGEST)
        .that(
            window.toNanosPart() == 0,
            "publish.breaker.window: %s is not in whole seconds"
                .formatted(DurationText.format(window)))
        .range("publish.breaker.open-for", openFor, SHORTEST, LONGEST)
        .range("publish.breaker.tries", tries, 1, BreakerSettings.MOST_TRIES)
        .done();
  }

  static PublishBreakerConfig read(Settings in) {
    PublishBreakerConfig standard = byDefault();
    return new PublishBreakerConfig(
        in.whole("publish.breaker.failure-rate", standard.failureRate),
        in.duration("publish.breaker.window", standard.window),
        in.duration("publish.breaker.open-for", standard.openFor),
        in.whole("publish.breaker.tries", standard.tries));
  }

  static PublishBreakerConfig byDefault() {
    return new PublishBreakerConfig(50, Duration.ofSeconds(5), Duration.ofSeconds(1), 3);
  }

  void write(Listing out) {
    out.add("publish.breaker.failure-rate", failureRate)
        .add("publish.breaker.window", window)
        .add("publish.breaker.open-for", openFor)
        .add("publish.breaker.tries", tries);
  }

  /// As the bridge takes it.
  public BreakerSettings settings() {
    return new BreakerSettings(failureRate, window, openFor, tries);
  }
}
