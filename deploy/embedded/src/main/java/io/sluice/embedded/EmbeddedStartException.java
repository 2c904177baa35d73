package io.sluice.embedded;

import java.io.Serial;

/// Kafka or Redis did not start. The message says which, where and why, in one line.
public final class EmbeddedStartException extends RuntimeException {
  @Serial private static final long serialVersionUID = 1L;

  EmbeddedStartException(String message) {
    super(message);
  }

  EmbeddedStartException(String message, Throwable cause) {
    super(message, cause);
  }
}
