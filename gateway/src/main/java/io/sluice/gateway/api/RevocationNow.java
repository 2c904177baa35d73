package io.sluice.gateway.api;

import io.sluice.broker.Revocation;

/// Whether a user's tokens are revoked, after everything that was acknowledged before the question.
public sealed interface RevocationNow {
  /// They are.
  record Revoked(Revocation revocation) implements RevocationNow {}

  /// They are not.
  record None() implements RevocationNow {}

  /// Kafka did not answer in time.
  record Unanswered() implements RevocationNow {}
}
