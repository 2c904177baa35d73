package io.sluice.gateway.auth;

/// What a token is worth now.
public sealed interface TokenVerdict {
  /// Signed with our key, for us, and now.
  ///
  /// @param claims what it says
  record Valid(Claims claims) implements TokenVerdict {}

  /// It was good once; its holder should fetch a new one: error 109.
  record Expired() implements TokenVerdict {}

  /// It is not good and will not become so (one that is not valid yet counts as that): close 3500.
  ///
  /// @param reason for the log; never holds any part of the token
  record Invalid(String reason) implements TokenVerdict {}

  /// Not looked at, too many others are waiting; try again later: error 111.
  record Busy() implements TokenVerdict {}
}
