package io.sluice.standalone;

import java.io.Serial;

/// Ends a command. The message is for people, one line for each problem.
final class CommandFailure extends Exception {
  @Serial private static final long serialVersionUID = 1L;

  /// It did not work.
  static final int FAILED = 1;

  /// It was asked for wrongly; asking again will not help.
  static final int MISUSED = 2;

  /// The process's exit code.
  private final int exitCode;

  private CommandFailure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  static CommandFailure failed(String message) {
    return new CommandFailure(FAILED, message);
  }

  static CommandFailure misused(String message) {
    return new CommandFailure(MISUSED, message);
  }

  int exitCode() {
    return exitCode;
  }
}
