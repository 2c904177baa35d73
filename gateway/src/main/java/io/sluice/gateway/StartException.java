package io.sluice.gateway;

/// A node could not start; the message is a line for the operator, or a few.
public final class StartException extends Exception {
  private static final long serialVersionUID = 1L;

  StartException(String message) {
    super(message);
  }

  /// @param message what is wrong and the key or flag that changes it
  public StartException(String message, Throwable cause) {
    super(message, cause);
  }
}
