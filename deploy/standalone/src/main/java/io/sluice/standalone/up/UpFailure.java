package io.sluice.standalone.up;

import java.io.Serial;

/// `up` could not start. The message is for people, one line for each problem.
public final class UpFailure extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  UpFailure(String message) {
    super(message);
  }

  UpFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
