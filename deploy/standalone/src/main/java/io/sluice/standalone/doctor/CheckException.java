package io.sluice.standalone.doctor;

import java.io.Serial;

/// A check could not be made: who is asked is not there, or answers no. The message is a line for
/// people, without secrets, and so is what to do.
final class CheckException extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  private final String fix;

  /// Whether others would not get an answer either.
  private final boolean away;

  private CheckException(String message, String fix, boolean away) {
    super(message);
    this.fix = fix;
    this.away = away;
  }

  /// Nobody is there who could be asked.
  ///
  /// @param fix what to do about it
  static CheckException away(String message, String fix) {
    return new CheckException(message, fix, true);
  }

  /// Only this could not be found out.
  ///
  /// @param fix what to do about it
  static CheckException failed(String message, String fix) {
    return new CheckException(message, fix, false);
  }

  String fix() {
    return fix;
  }

  boolean away() {
    return away;
  }
}
