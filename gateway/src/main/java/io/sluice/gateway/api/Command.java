package io.sluice.gateway.api;

import io.sluice.broker.Position;
import io.sluice.gateway.cluster.NodeCommand;
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

  /// Tell who is subscribed to a channel.
  ///
  /// @param channel full name as it was sent
  record Presence(String channel) implements Command {}

  /// Tell how many are.
  ///
  /// @param channel full name as it was sent
  record PresenceStats(String channel) implements Command {}

  /// Tell which channels have subscribers.
  ///
  /// @param pattern a [Glob]; "" = all
  record Channels(String pattern) implements Command {}

  /// Tell about the nodes.
  record DescribeNodes() implements Command {}

  /// Have all nodes do something to the connections they have.
  record Tell(NodeCommand what) implements Command {}

  /// Several commands, for one reply each.
  ///
  /// @param order whether one waits for the reply of the one before it
  record Batch(List<Entry> entries, Order order) implements Command {
    public Batch {
      entries = List.copyOf(entries);
    }
  }

  /// Of a batch.
  ///
  /// @param method under whose name the result is told
  record Entry(Method method, Command command) {}

  /// Of a batch.
  enum Order {
    SEQUENTIAL,
    PARALLEL
  }

  /// Something that cannot be done as it was asked for, error 107.
  ///
  /// @param reason names the value and the limit
  record Unfit(String reason) implements Command {}

  /// A method that is known and never done: error 108.
  ///
  /// @param reason for people
  record NotOffered(String reason) implements Command {}

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
