package io.sluice.session;

import java.io.Serial;

/// Sessions could not be restored. The message is for people, without secrets.
public final class SessionRestoreException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  SessionRestoreException(String message) {
    super(message);
  }
}
