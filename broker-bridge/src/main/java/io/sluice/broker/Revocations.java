package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The users whose tokens were revoked, as the ledger says. For any thread; never waits.
public final class Revocations {
  /// The most users at a time. No further ones are accepted then: [BrokerBridge#revoke] refuses.
  public static final int MAX_USERS = 100_000;

  /// The most users kept: several nodes may accept the last one at once, and what was acknowledged
  /// must not be lost.
  static final int MAX_KEPT = 110_000;

  /// How far the clocks of nodes may differ: what has ended is kept for this much longer.
  static final Duration SKEW = Duration.ofMinutes(1);

  private static final Logger log = LoggerFactory.getLogger(Revocations.class);

  private final Map<String, Revocation> byUser = new ConcurrentHashMap<>();
  private final Set<String> unwritten = new HashSet<>();
  private final EndedRevocations ended = new EndedRevocations();
  private final RareWarning full = new RareWarning(System::nanoTime);

  Revocations() {}

  /// Whether a token of a user is revoked.
  ///
  /// @param issuedAt when it was issued; a token that does not say is taken for an old one
  public boolean covers(String user, Optional<Instant> issuedAt, Instant now) {
    Revocation revoked = byUser.get(user);
    return revoked != null
        && revoked.counts(now)
        && (issuedAt.isEmpty() || issuedAt.get().isBefore(revoked.issuedBefore()));
  }

  /// A user's revocation, while it has effect.
  public Optional<Revocation> find(String user, Instant now) {
    return Optional.ofNullable(byUser.get(user)).filter(known -> known.counts(now));
  }

  /// What has to be written so that a revocation has effect beside what is known of its user.
  public Revocation above(Revocation wanted) {
    Revocation known = byUser.get(wanted.user());
    return known == null ? wanted : wanted.above(known);
  }

  /// How many users there are, those whose revocation has ended in the last minute included.
  public int size() {
    return byUser.size();
  }

  /// Whether a user's may be accepted.
  boolean hasRoomFor(String user) {
    return byUser.size() < MAX_USERS || byUser.containsKey(user);
  }

  List<Revocation> all() {
    return List.copyOf(byUser.values());
  }

  /// One was read in the ledger. If more is known of the user, that is written once more. One that
  /// has ended takes no room.
  ///
  /// @return what is known of the user now
  synchronized Revocation read(Revocation read, Instant now) {
    Revocation known = byUser.get(read.user());
    Revocation all = known == null ? read : known.and(read);
    if (hasEnded(all, now) && ended.add(read.user(), now)) {
      forget(read.user());
      return all;
    }
    ended.goesOn(read.user());
    if (known == null && byUser.size() >= MAX_KEPT) {
      if (!hasEnded(all, now) && full.ask() > 0) {
        log.warn("more users are revoked than are kept users={}", MAX_KEPT);
      }
      return read;
    }
    byUser.put(read.user(), all);
    if (all.equals(read)) {
      unwritten.remove(read.user());
    } else {
      unwritten.add(read.user());
    }
    return all;
  }

  /// One was taken back in the ledger. If this node's has not ended, that was premature.
  synchronized void takenBack(String user, Instant now) {
    ended.takenBack(user, now);
    Revocation known = byUser.get(user);
    if (known != null && now.isBefore(known.until())) {
      unwritten.add(user);
    } else {
      forget(user);
    }
  }

  /// The ledger lost its records: everything is written anew.
  synchronized void rewrite() {
    unwritten.addAll(byUser.keySet());
    ended.clear();
  }

  /// What the ledger lacks.
  synchronized List<LedgerRecord> unwritten() {
    List<LedgerRecord> all = new ArrayList<>();
    for (String user : unwritten) {
      Revocation known = byUser.get(user);
      if (known != null) {
        all.add(new LedgerRecord.Revoked(known));
      }
    }
    return all;
  }

  /// Whose revocation has ended and is to be taken back in the ledger, in each round until that was
  /// read.
  ///
  /// @param duty whether a user's falls to this node
  synchronized List<String> ended(Instant now, Predicate<String> duty) {
    for (Revocation one : byUser.values()) {
      if (hasEnded(one, now) && ended.add(one.user(), now)) {
        forget(one.user());
      }
    }
    return ended.due(now, duty);
  }

  private static boolean hasEnded(Revocation one, Instant now) {
    return one.until().plus(SKEW).isBefore(now);
  }

  private void forget(String user) {
    byUser.remove(user);
    unwritten.remove(user);
  }
}
