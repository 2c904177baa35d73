package io.sluice.session;

/// What asking for an idempotency key found.
public sealed interface Claim {

  /// Nobody has published with it: the asker does, and then settles or forgets the key. Others find
  /// it pending meanwhile.
  ///
  /// @param vouching who knows of the claim
  record Mine(Vouching vouching) implements Claim {}

  /// Somebody else is publishing with it, or was a moment ago and died.
  record Pending() implements Claim {}

  /// It was published with.
  ///
  /// @param answer what that publish was answered
  /// @param vouching who knows of it
  record Answered(String answer, Vouching vouching) implements Claim {}
}
