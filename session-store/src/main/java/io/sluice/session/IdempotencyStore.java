package io.sluice.session;

import java.time.Duration;
import java.util.concurrent.CompletionStage;

/// The answers of publishes by idempotency key: claim the key, publish, settle. As long as Redis
/// has a key, one publish is made with it in the whole cluster.
///
/// A claim ends by itself after [SessionStoreSettings#claim], so that a node that died while it
/// published blocks nobody for longer; whoever repeats the publish then may store it a second time.
/// Answers are kept for [#ANSWERED].
///
/// Any thread may call, and none is ever blocked; an answer comes within the configured time limit,
/// on a thread of the store's own. With Redis away this node's memory answers, at most
/// [#LOCAL_BYTES] of it, and says so ([Vouching#NODE]).
public interface IdempotencyStore {
  /// How long a claim holds at least: longer than any publish takes with the default limits.
  Duration PENDING = Duration.ofSeconds(10);

  /// How long an answer is kept.
  Duration ANSWERED = Duration.ofMinutes(5);

  /// What this node's own memory of keys may take, roughly: some 8,000 of them. What was not used
  /// for longest goes first.
  int LOCAL_BYTES = 4 << 20;

  /// Asks for a key.
  ///
  /// @param owner tells this attempt from all others, in the whole cluster
  CompletionStage<Claim> claim(IdempotencyKey key, String owner);

  /// The publish was made and answered. Does nothing when somebody else has the key meanwhile.
  ///
  /// @param owner as it claimed the key
  /// @param answer a few hundred characters
  /// @return who knows of it from now on
  CompletionStage<Vouching> settle(IdempotencyKey key, String owner, String answer);

  /// The publish was not made, or nobody knows: the next to ask may try.
  ///
  /// @param owner as it claimed the key
  CompletionStage<Void> forget(IdempotencyKey key, String owner);
}
