package io.sluice.broker;

import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/// Which partitions an exception of a consumer's poll is about. Pure.
final class FaultyPartitions {
  private FaultyPartitions() {}

  /// Those of the assigned ones; nothing when it is about none of them in particular.
  static Set<TopicPartition> of(RuntimeException e, Collection<TopicPartition> assigned) {
    return switch (e) {
      case TopicAuthorizationException refused -> ofTopics(refused.unauthorizedTopics(), assigned);
      case InvalidTopicException invalid -> ofTopics(invalid.invalidTopics(), assigned);
      // a corrupt batch, an unexpected answer: only the message names the partition
      case KafkaException other -> namedIn(String.valueOf(other.getMessage()), assigned);
      case IllegalStateException other -> namedIn(String.valueOf(other.getMessage()), assigned);
      default -> Set.of();
    };
  }

  private static Set<TopicPartition> ofTopics(
      Set<String> topics, Collection<TopicPartition> assigned) {
    return assigned.stream()
        .filter(tp -> topics.contains(tp.topic()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Set<TopicPartition> namedIn(String message, Collection<TopicPartition> assigned) {
    return assigned.stream()
        .filter(tp -> names(message, tp.toString()))
        .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean names(String message, String partition) {
    int at = message.indexOf(partition);
    while (at >= 0) {
      if (!isOfName(message, at - 1) && !goesOn(message, at + partition.length())) {
        return true;
      }
      at = message.indexOf(partition, at + 1);
    }
    return false;
  }

  private static boolean isOfName(String message, int at) {
    if (at < 0 || at >= message.length()) {
      return false;
    }
    char c = message.charAt(at);
    return Character.isLetterOrDigit(c) || c == '.' || c == '_' || c == '-';
  }

  /// A dot may also end the sentence.
  private static boolean goesOn(String message, int at) {
    return isOfName(message, at) && (message.charAt(at) != '.' || isOfName(message, at + 1));
  }
}
