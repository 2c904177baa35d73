package io.sluice.broker;

import java.io.Serial;

/// Dead letters cannot be put back, or not all of them; the message says in one line why.
public final class RedriveException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  RedriveException(String message, Throwable cause) {
    super(message, cause);
  }
}
