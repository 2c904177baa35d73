package io.sluice.gateway.protocol;

/// A frame that is not of the protocol; the connection is closed with 3501.
public final class BadFrameException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param message what is wrong, without payload
  public BadFrameException(String message) {
    super(message);
  }
}
