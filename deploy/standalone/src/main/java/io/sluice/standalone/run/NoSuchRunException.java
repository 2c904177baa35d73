package io.sluice.standalone.run;

import java.io.Serial;

/// It is not clear which running `up` a command is about, or there is none. The message says what
/// to do.
public final class NoSuchRunException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  NoSuchRunException(String message) {
    super(message);
  }
}
