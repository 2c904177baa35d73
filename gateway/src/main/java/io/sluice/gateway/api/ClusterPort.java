package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.Revocation;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Topic;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// What the HTTP API asks of all nodes together. Every method may be called by any thread and does
/// not wait.
public interface ClusterPort {
  /// Has every node do something to the connections it has, this one too.
  ///
  /// @return completes within seconds, when the nodes will read it; they do within about 50 ms
  CompletionStage<TellOutcome> tell(NodeCommand command);

  /// Asks every live node, this one too.
  ///
  /// @return always completes, within a second
  CompletionStage<Answers> ask(Topic topic, ObjectNode question);

  /// A session that no live connection holds, if it is known.
  ///
  /// @return completes within seconds; fails where that cannot be said, while Redis is away
  CompletionStage<Optional<AwaySession>> away(String user, String session);

  /// Revokes a user's tokens, on all nodes, also those that start later, and ends the connections
  /// that live by them.
  ///
  /// @param issuedBefore those of before this moment
  /// @param until when such a token is good no more by itself
  CompletionStage<RevocationOutcome> revoke(String user, Instant issuedBefore, Instant until);

  /// Takes a revocation back.
  CompletionStage<TellOutcome> forgive(Revocation revocation);

  /// A user's revocation, while it has effect.
  ///
  /// @return always completes, within 3 s
  CompletionStage<RevocationNow> revocation(String user);
}
