package io.sluice.broker;

import org.apache.kafka.clients.producer.BufferExhaustedException;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidTimestampException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.PolicyViolationException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;

/// What an exception of Kafka's producer means for a publish. Pure.
final class PublishFaults {
  private PublishFaults() {}

  /// It failed before anything was sent.
  static PublishOutcome notSent(Exception e, String topic) {
    return switch (e) {
      case RecordTooLargeException _,
          RecordBatchTooLargeException _,
          InvalidRecordException _,
          InvalidTimestampException _,
          InvalidTopicException _,
          PolicyViolationException _,
          SerializationException _,
          AuthorizationException _ ->
          rejected(e, topic);
      case AuthenticationException _ ->
          new PublishOutcome.Refused("Kafka refuses this node's credentials: " + e.getMessage());
      case TimeoutException _ ->
          new PublishOutcome.Refused("Kafka does not answer: " + e.getMessage());
      default -> new PublishOutcome.Refused("not sent: " + e);
    };
  }

  /// It failed after it was handed to the producer's I/O thread. Only what a broker says of the
  /// record itself is certain; an attempt before the failed one may have been stored.
  static PublishOutcome failed(Exception e, String topic) {
    return switch (e) {
      case RecordTooLargeException _,
          RecordBatchTooLargeException _,
          InvalidRecordException _,
          InvalidTimestampException _,
          InvalidTopicException _,
          PolicyViolationException _,
          AuthorizationException _ ->
          rejected(e, topic);
      case TimeoutException _ -> new PublishOutcome.Unknown("no answer in time: " + e.getMessage());
      default -> new PublishOutcome.Unknown("failed after sending: " + e);
    };
  }

  /// What it says of Kafka. Only what a later attempt may not meet with is Kafka's failure; bad
  /// input never is, nor a full buffer, which other topics may have filled.
  static KafkaSign sign(SendResult result) {
    return switch (result) {
      case SendResult.Stored _ -> KafkaSign.ANSWERED;
      case SendResult.NotSent(BufferExhaustedException _) -> KafkaSign.NOTHING;
      case SendResult.NotSent(TimeoutException _) -> KafkaSign.SILENT;
      case SendResult.NotSent(AuthenticationException _) -> KafkaSign.FAILED;
      case SendResult.NotSent _ -> KafkaSign.NOTHING;
      case SendResult.Failed(ReplacedException _) -> KafkaSign.NOTHING;
      case SendResult.Failed(RetriableException _) -> KafkaSign.FAILED;
      case SendResult.Failed(AuthenticationException _) -> KafkaSign.FAILED;
      case SendResult.Failed(ApiException e)
          when failed(e, "") instanceof PublishOutcome.Rejected ->
          KafkaSign.ANSWERED;
      case SendResult.Failed _ -> KafkaSign.NOTHING;
    };
  }

  private static PublishOutcome rejected(Exception e, String topic) {
    return new PublishOutcome.Rejected(
        switch (e) {
          case TopicAuthorizationException _ ->
              "this node may not write to topic '%s': ACL Write is missing".formatted(topic);
          case RecordTooLargeException _, RecordBatchTooLargeException _ ->
              "larger than topic '%s' takes (max.message.bytes): %s"
                  .formatted(topic, e.getMessage());
          default -> "topic '%s': %s".formatted(topic, e.getMessage());
        });
  }
}
