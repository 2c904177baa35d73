package io.sluice.broker;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/// A user's tokens of before a moment are good no more. In whole milliseconds.
///
/// @param user whose, 1 to [#MAX_USER] characters
/// @param issuedBefore what was issued earlier than this is revoked
/// @param until when it may be forgotten: when no such token is good by itself any more; the end of
///   the year 9999 at the latest
/// @param forgiven revocations of up to this moment have no effect any more; 1970 = none
public record Revocation(String user, Instant issuedBefore, Instant until, Instant forgiven) {
  /// The longest name of a user, in characters.
  public static final int MAX_USER = 512;

  private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999Z");

  public Revocation {
    issuedBefore = bounded(issuedBefore);
    until = bounded(until);
    forgiven = bounded(forgiven);
  }

  /// One that has effect.
  public Revocation(String user, Instant issuedBefore, Instant until) {
    this(user, issuedBefore, until, Instant.EPOCH);
  }

  /// The same without effect; a later one has some again. By no clock of whoever forgives: one that
  /// is ahead would forgive what is revoked afterwards, too.
  public Revocation forgive() {
    return new Revocation(user, issuedBefore, until, issuedBefore);
  }

  /// What both say together, and so that this one has effect: a clock that is behind must not let
  /// it pass for one of those that were forgiven before.
  Revocation above(Revocation known) {
    Instant least = known.forgiven().plusMillis(1);
    return new Revocation(user, issuedBefore.isBefore(least) ? least : issuedBefore, until)
        .and(known);
  }

  /// Whether it has effect.
  public boolean counts(Instant now) {
    return now.isBefore(until) && issuedBefore.isAfter(forgiven);
  }

  private static Instant bounded(Instant time) {
    Instant late = time.isAfter(LAST) ? LAST : time;
    return (late.isBefore(Instant.EPOCH) ? Instant.EPOCH : late).truncatedTo(ChronoUnit.MILLIS);
  }

  /// What both say together: the later of each moment.
  Revocation and(Revocation other) {
    return new Revocation(
        user,
        issuedBefore.isAfter(other.issuedBefore) ? issuedBefore : other.issuedBefore,
        until.isAfter(other.until) ? until : other.until,
        forgiven.isAfter(other.forgiven) ? forgiven : other.forgiven);
  }
}
