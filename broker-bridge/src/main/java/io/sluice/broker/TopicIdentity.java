package io.sluice.broker;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Uuid;

/// Asks Kafka whether a topic is still the one of this id. Consumers read on without a word when it
/// was deleted and made anew, at an offset that means something else there.
interface TopicIdentity {
  /// Waits for the answer, for a few seconds at most. Asked after records have come, it says
  /// whether they are of that topic.
  ///
  /// @throws KafkaException when there is no answer
  boolean isStill(TopicTail topic, Uuid id) throws InterruptedException;
}
