package io.sluice.session;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who holds which session, with fencing: of several connections that open the same session only
/// the last one's writes count.
///
/// Any thread may call, and none is ever blocked. An answer comes within the configured time limit,
/// **on a thread of the store's own**: a caller with a thread to keep to, such as an event loop,
/// hops back to it (`whenCompleteAsync(…, loop)`), and does no work worth mentioning before that.
///
/// A session expires when no checkpoint came for the configured time; a closed one stays for the
/// grace period, so that a client that comes back at once resumes.
public interface SessionStore extends AutoCloseable {
  /// The most checkpoints of one call.
  int MAX_BATCH = 256;

  /// The most sessions of one user that are found; of more, those that live longest.
  int MAX_OF_USER = 256;

  /// Makes this connection the holder, with a generation above every earlier one.
  CompletionStage<Opened> open(SessionKey key, SessionInfo info);

  /// Says that these connections hold their sessions, and writes all that is known of them. A store
  /// that has lost a session, or knows an earlier holder, or took the holder's node for dead, has
  /// it again afterwards.
  ///
  /// @param batch at most [#MAX_BATCH]
  /// @return those that are refused: a later connection holds the session, or this one has closed
  ///   it
  CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch);

  /// Ends the hold and begins the grace period. Does nothing when a later connection holds the
  /// session.
  ///
  /// @param last what the connection leaves
  CompletionStage<Void> close(SessionKey key, long generation, SessionState last);

  /// The session as it is stored now.
  CompletionStage<Optional<StoredSession>> find(SessionKey key);

  /// A user's sessions, those in their grace period too; at most [#MAX_OF_USER], in no order.
  CompletionStage<List<StoredSession>> ofUser(String user);

  /// Begins the grace period of all sessions that a dead node's connections held. Fails when not
  /// all of them could be looked at; then it may be tried again.
  ///
  /// @param before what connected later, by the node's clock, is let be: another process has the
  ///   dead one's id
  /// @return how many there were
  CompletionStage<Integer> sweep(String node, Instant before);

  /// The answers of publishes by idempotency key, in the same Redis.
  IdempotencyStore idempotency();

  /// Whether the shared store answers. Never waits.
  StoreHealth health();

  /// The breakers before the shared store; none where there is no such store.
  default List<BreakerState> breakers() {
    return List.of();
  }

  /// Gives up connections and threads within three seconds; sessions stay stored. Idempotent.
  @Override
  void close();
}
