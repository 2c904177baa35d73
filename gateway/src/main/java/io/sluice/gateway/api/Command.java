package io.sluice.gateway.api;

import io.sluice.broker.Position;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One thing a caller of the API asks for.
sealed interface Command {
  /// Publish to one channel.
  ///
  /// @param channel full name as it was sent
  record Publish(String channel, Content content) implements Command {}

  /// Publish the same to several channels.
  ///
  /// @param channels full names as they were sent
  record Broadcast(List<String> channels, Content content) implements Command {}

  /// Tell a part of a channel's past.
  ///
  /// @param channel full name as it was sent
  /// @param limit most publications; 0: only where the log is; below 0: as many as fit
  record History(String channel, int limit, Optional<Position> since, boolean reverse)
      implements Command {}

  /// Tell which channels have subscribers.
  ///
  /// @param pattern a [Glob]; "" = all
  record Channels(String pattern) implements Command {}

  /// Tell about the nodes.
  record DescribeNodes() implements Command {}

  /// A method of the protocol that this version does not do.
  record NotBuilt(Method method) implements Command {}

  /// A method that the protocol does not know.
  record NoSuchMethod(String name) implements Command {}

  /// What is published. `skip_history` is accepted and has no effect: the log is Kafka's.
  ///
  /// @param data the JSON value exactly as it was sent
  /// @param base64 wins over `data`
  /// @param tags become the publication's tags
  /// @param idempotencyKey the same key for the same channel publishes once
  record Content(
      Optional<String> data,
      Optional<String> base64,
      Map<String, String> tags,
      Optional<String> idempotencyKey) {}
}
