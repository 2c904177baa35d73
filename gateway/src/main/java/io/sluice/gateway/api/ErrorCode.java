package io.sluice.gateway.api;

/// The error codes of the protocol that the API answers.
enum ErrorCode {
  /// Temporary: try again later.
  INTERNAL(100, "internal server error"),
  UNKNOWN_CHANNEL(102, "unknown channel"),
  METHOD_NOT_FOUND(104, "method not found"),
  LIMIT_EXCEEDED(106, "limit exceeded"),
  BAD_REQUEST(107, "bad request"),
  NOT_AVAILABLE(108, "not available"),
  TOO_MANY_REQUESTS(111, "too many requests"),
  UNRECOVERABLE_POSITION(112, "unrecoverable position");

  final int code;
  final String message;

  ErrorCode(int code, String message) {
    this.code = code;
    this.message = message;
  }
}
