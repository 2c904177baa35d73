package io.sluice.broker;

import java.util.Optional;

/// Follows records through this node for whoever traces them. Implementations are for any thread,
/// return at once and never throw.
public interface RecordTraces {
  /// Follows nothing.
  RecordTraces NONE =
      new RecordTraces() {
        @Override
        public Optional<Arrival> arrived(TracedRecord record) {
          return Optional.empty();
        }

        @Override
        public Optional<Publish> publishing(
            TopicBinding binding, String key, int bytes, Optional<Identity> from) {
          return Optional.empty();
        }
      };

  /// A record that is followed, on its way into the window. One of its methods is called once, by
  /// the thread that tails its partition.
  interface Arrival {
    /// What subscribers are told in place of the producer's `traceparent`.
    String traceparent();

    /// The window has it; readers see it from a moment later on.
    void taken();

    /// The window has not taken it.
    void refused();
  }

  /// A publish under way.
  interface Publish {
    /// What the record says in its header `traceparent`.
    String traceparent();

    /// Called once, on the thread that answers publishes.
    void answered(PublishOutcome outcome);
  }

  /// A record that carries a `traceparent`, came just now and is about to enter its window. Called
  /// by the thread that tails its partition; not for what a starting node reads of the past.
  ///
  /// @return how it is followed; nothing: it is not
  Optional<Arrival> arrived(TracedRecord record);

  /// A publish begins. Called by the thread of whoever publishes.
  ///
  /// @param key the key part of the channel
  /// @param bytes of the payload
  /// @param from the publishing client; nobody for publishes in a service's name
  /// @return how it is followed; nothing: it is not
  Optional<Publish> publishing(
      TopicBinding binding, String key, int bytes, Optional<Identity> from);
}
