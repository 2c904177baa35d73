package io.sluice.broker;

import java.time.Duration;

/// How publishes are done.
///
/// @param queue the most publishes accepted and not yet answered; further ones are refused
/// @param maxPayload the largest value; a larger one is rejected
/// @param maxBlock how long the publisher's thread waits for Kafka's metadata or for buffer space;
///   a publish that has waited in the queue for twice this is refused
/// @param deliveryTimeout every publish is answered this long after it was asked for at the latest;
///   below the five seconds in which clients give up
/// @param requestTimeout how long one request to a broker may take
/// @param breaker when publishes to a topic are refused at once
public record PublishSettings(
    int queue,
    ByteSize maxPayload,
    Duration maxBlock,
    Duration deliveryTimeout,
    Duration requestTimeout,
    BreakerSettings breaker) {
  public PublishSettings {
    require(queue >= 1, "publish.queue is " + queue + ", at least 1");
    require(
        maxPayload.bytes() >= 1 && maxPayload.compareTo(ByteSize.mib(512)) <= 0,
        "publish.max-payload is " + maxPayload + ", 1B to 512MiB");
    require(maxBlock.isPositive(), "publish.max-block is " + maxBlock + ", must be positive");
    require(
        requestTimeout.isPositive(),
        "publish.request-timeout is " + requestTimeout + ", must be positive");
    require(
        deliveryTimeout.compareTo(requestTimeout) >= 0,
        "publish.delivery-timeout is %s, at least publish.request-timeout, %s"
            .formatted(deliveryTimeout, requestTimeout));
  }

  /// With a breaker as by default.
  public PublishSettings(
      int queue,
      ByteSize maxPayload,
      Duration maxBlock,
      Duration deliveryTimeout,
      Duration requestTimeout) {
    this(queue, maxPayload, maxBlock, deliveryTimeout, requestTimeout, BreakerSettings.STANDARD);
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }
}
