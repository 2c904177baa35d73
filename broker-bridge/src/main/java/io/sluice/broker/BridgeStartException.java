package io.sluice.broker;

/// The bridge cannot start as it is configured, or Kafka is not as it needs it. The message is for
/// operators: one line that names what is wrong, its value, and what to change.
public final class BridgeStartException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  BridgeStartException(String message) {
    super(message);
  }

  BridgeStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
