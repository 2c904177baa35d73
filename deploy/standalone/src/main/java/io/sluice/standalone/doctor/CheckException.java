package io.sluice.standalone.doctor;

import java.io.Serial;

/// A check could not be made: who is asked is not there, or answers no. The message is a line for
/// people, without secrets.
final class CheckException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// Whether others would not get an answer either.
  private final boolean away;

  private CheckException(String message, boolean away) {
    super(message);
    this.away = away;
  }

  /// Nobody is there who could be asked.
  static CheckException away(String message) {
    return new CheckException(message, true);
  }

  /// Only this could not be found out.
  static CheckException failed(String message) {
    return new CheckException(message, false);
  }

  boolean away() {
    return away;
  }
}
