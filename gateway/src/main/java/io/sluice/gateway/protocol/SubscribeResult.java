package io.sluice.gateway.protocol;

import io.sluice.broker.Publication;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// The answer to a subscribe, and a line of a connect reply's `subs`.
///
/// @param recoverable whether the client may come back with its position
/// @param positioned whether epoch and offset mean anything
/// @param epoch the epoch of the position
/// @param offset the requested offset when publications were recovered, else the current one
/// @param recovery what became of the recovery asked for
/// @param publications what was missed, oldest first; or the newest value, where that is all that
///   counts
/// @param ttl until its token expires; none: never
/// @param delta what was agreed on; with patches, the publications here are whole
public record SubscribeResult(
    boolean recoverable,
    boolean positioned,
    String epoch,
    long offset,
    Recovery recovery,
    List<Publication> publications,
    Optional<Duration> ttl,
    Delta delta) {
  /// What became of a recovery.
  public enum Recovery {
    /// None was asked for.
    NONE,
    RECOVERED,
    FAILED
  }

  public SubscribeResult {
    publications = List.copyOf(publications);
  }

  /// One that does not expire, without deltas.
  public SubscribeResult(
      boolean recoverable,
      boolean positioned,
      String epoch,
      long offset,
      Recovery recovery,
      List<Publication> publications) {
    this(
        recoverable,
        positioned,
        epoch,
        offset,
        recovery,
        publications,
        Optional.empty(),
        Delta.NONE);
  }

  /// The same, until its token expires.
  ///
  /// @param left none: for ever
  public SubscribeResult expiring(Optional<Duration> left) {
    return new SubscribeResult(
        recoverable, positioned, epoch, offset, recovery, publications, left, delta);
  }

  /// The same, with what was agreed on.
  public SubscribeResult with(Delta agreed) {
    return new SubscribeResult(
        recoverable, positioned, epoch, offset, recovery, publications, ttl, agreed);
  }

  /// A subscription without positions.
  public static SubscribeResult plain(Recovery recovery) {
    return new SubscribeResult(false, false, "", 0, recovery, List.of());
  }
}
