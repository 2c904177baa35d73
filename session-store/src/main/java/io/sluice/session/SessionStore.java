package io.sluice.session;

import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// Who holds which session, with fencing: of several connections that open the same session only
/// the last one's writes count.
///
/// Any thread may call, and none is ever blocked. An answer comes within the configured time limit,
/// **on a thread of the store's own**: a caller with a thread to keep to, such as an event loop,
/// hops back to it (`whenCompleteAsync(…, loop)`), and does no work worth mentioning before that.
///
/// A session expires when it has not been seen for the configured time; a closed one stays for the
/// grace period, so that a client that comes back at once resumes.
public interface SessionStore extends AutoCloseable {

  /// Makes this connection the holder, with a generation above every earlier one.
  CompletionStage<Opened> open(SessionKey key, SessionInfo info);

  /// Notes that the holder is still there and keeps the session from expiring.
  ///
  /// @param at by the node's clock
  /// @return `false` when this write is refused: a later connection holds the session, or this one
  ///   has closed it. `true` otherwise, also when the store has lost the session: that is no reason
  ///   to cut a connection.
  CompletionStage<Boolean> seen(SessionKey key, long generation, Instant at);

  /// Ends the hold and begins the grace period. Does nothing when a later connection holds the
  /// session.
  CompletionStage<Void> close(SessionKey key, long generation);

  /// The session as it is stored now.
  CompletionStage<Optional<StoredSession>> find(SessionKey key);

  /// Whether the shared store answers. Never waits.
  StoreHealth health();

  /// Gives up connections and threads within three seconds; sessions stay stored. Idempotent.
  @Override
  void close();
}
