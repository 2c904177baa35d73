package io.sluice.session;

import java.io.Serial;

/// Redis could not be looked at. The message says in a line what is wrong, without secrets.
public final class RedisLookException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  RedisLookException(String message) {
    super(message);
  }
}
