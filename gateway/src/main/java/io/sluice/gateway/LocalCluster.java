package io.sluice.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.Revocation;
import io.sluice.broker.TellOutcome;
import io.sluice.gateway.api.AwaySession;
import io.sluice.gateway.api.ClusterPort;
import io.sluice.gateway.api.RevocationNow;
import io.sluice.gateway.api.RevocationOutcome;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.NodeCommandJson;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Topic;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionStore;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All nodes as this one's API sees them. For any thread.
final class LocalCluster implements ClusterPort {
  private static final Logger log = LoggerFactory.getLogger(LocalCluster.class);

  private final BrokerBridge bridge;
  private final Questions questions;
  private final SessionStore sessions;

  LocalCluster(BrokerBridge bridge, Questions questions, SessionStore sessions) {
    this.bridge = bridge;
    this.questions = questions;
    this.sessions = sessions;
  }

  @Override
  public CompletionStage<TellOutcome> tell(NodeCommand command) {
    return bridge.tell(NodeCommandJson.write(command).toString().getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public CompletionStage<Answers> ask(Topic topic, ObjectNode question) {
    return questions.ask(topic, question);
  }

  @Override
  public CompletionStage<Optional<AwaySession>> away(String user, String session) {
    SessionKey key;
    try {
      key = new SessionKey(user, session);
    } catch (IllegalArgumentException _) {
      return CompletableFuture.completedStage(Optional.empty()); // longer than any there is
    }
    return sessions
        .find(key)
        .thenApply(found ->
            found.map(stored -> {
              SessionInfo info = stored.info();
              return new AwaySession(
                  info.node(),
                  info.client(),
                  info.connected(),
                  stored.seen(),
                  stored.closed().isEmpty());
            }));
  }

  /// What was forgiven at another node a moment ago must be known here first.
  @Override
  public CompletionStage<RevocationOutcome> revoke(
      String user, Instant issuedBefore, Instant until) {
    Revocation wanted = new Revocation(user, issuedBefore, until);
    return bridge
        .learnRevocations()
        .thenCompose(_ -> {
          Revocation counts = bridge.revocations().above(wanted);
          return bridge.revoke(counts).thenApply(told -> new RevocationOutcome(told, counts));
        })
        .exceptionally(failure -> {
          log.debug("the ledger was not read", failure);
          return new RevocationOutcome(new TellOutcome.Refused("Kafka does not answer"), wanted);
        });
  }

  @Override
  public CompletionStage<TellOutcome> forgive(Revocation revocation) {
    return bridge.revoke(revocation.forgive());
  }

  @Override
  public CompletionStage<RevocationNow> revocation(String user) {
    return bridge
        .learnRevocations()
        .handle((_, failure) ->
            failure == null
                ? bridge
                    .revocations()
                    .find(user, Instant.now())
                    .<RevocationNow>map(RevocationNow.Revoked::new)
                    .orElseGet(RevocationNow.None::new)
                : new RevocationNow.Unanswered());
  }
}
