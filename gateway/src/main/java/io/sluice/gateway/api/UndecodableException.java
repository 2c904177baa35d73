package io.sluice.gateway.api;

/// A request's body is not what it should be: status 400.
final class UndecodableException extends Exception {
  private static final long serialVersionUID = 1L;

  /// @param problem for people; holds no part of the body but names of fields
  UndecodableException(String problem) {
    super(problem, null, false, false);
  }

  String problem() {
    return String.valueOf(getMessage());
  }
}
