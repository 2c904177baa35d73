package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;

/// `publish.*`: publishing for clients and callers of the API.
///
/// @param queue publications that may wait for the producer; further ones are refused
/// @param maxPayload largest payload
/// @param maxBlock how long the producer may wait for metadata or memory
/// @param deliveryTimeout until a publish is given up; keep it below the SDKs' 5 s
/// @param requestTimeout of one request to a broker; at most `deliveryTimeout`
/// @param breaker when publishes are refused at once
public record PublishConfig(
    int queue,
    ByteSize maxPayload,
    Duration maxBlock,
    Duration deliveryTimeout,
    Duration requestTimeout,
    PublishBreakerConfig breaker) {
  private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

  public PublishConfig {
    new Checks()
        .range("publish.queue", queue, 1, 10_000_000)
        .range("publish.max-payload", maxPayload, new ByteSize(1), ByteSize.mib(64))
        .range("publish.max-block", maxBlock, SHORTEST_WAIT)
        .range("publish.delivery-timeout", deliveryTimeout, SHORTEST_WAIT)
        .range("publish.request-timeout", requestTimeout, SHORTEST_WAIT)
        .that(
            requestTimeout.compareTo(deliveryTimeout) <= 0,
            "publish.request-timeout: %s is more than publish.delivery-timeout, %s"
                .formatted(
                    DurationText.format(requestTimeout), DurationText.format(deliveryTimeout)))
        .done();
  }

  /// Until a publish is over, at most: twice the wait before the producer, the wait in it, and the
  /// delivery.
  public Duration longest() {
    return maxBlock.multipliedBy(3).plus(deliveryTimeout);
  }

  static PublishConfig read(Settings in) {
    return new PublishConfig(
        in.whole("publish.queue", 10_000),
        in.size("publish.max-payload", ByteSize.mib(1)),
        in.duration("publish.max-block", Duration.ofSeconds(1)),
        in.duration("publish.delivery-timeout", Duration.ofSeconds(4)),
        in.duration("publish.request-timeout", Duration.ofSeconds(2)),
        in.section(() -> PublishBreakerConfig.read(in)).orElseGet(PublishBreakerConfig::byDefault));
  }

  void write(Listing out) {
    out.add("publish.queue", queue)
        .add("publish.max-payload", maxPayload)
        .add("publish.max-block", maxBlock)
        .add("publish.delivery-timeout", deliveryTimeout)
        .add("publish.request-timeout", requestTimeout);
    breaker.write(out);
  }
}
