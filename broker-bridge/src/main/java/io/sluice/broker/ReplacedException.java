package io.sluice.broker;

import java.io.Serial;
import org.apache.kafka.common.errors.RetriableException;

/// What was under way by a producer that this node has replaced: it may be stored, or not, and says
/// nothing of Kafka.
final class ReplacedException extends RetriableException {
  @Serial private static final long serialVersionUID = 1L;

  ReplacedException(Exception cause) {
    super("the producer was replaced: " + cause.getMessage(), cause);
  }
}
