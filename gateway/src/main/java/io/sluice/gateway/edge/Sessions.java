package io.sluice.gateway.edge;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.gateway.cluster.Questions;
import io.sluice.gateway.cluster.Topic;
import io.sluice.session.Holder;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import io.sluice.session.SessionStore;
import io.sluice.session.StoredSession;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The sessions that connections of this node hold, and how one goes from a connection to the next:
/// of those that open the same session the one with the highest generation keeps it, and the others
/// are closed with 4500, whatever order they come in. As many as connections at most. Thread-safe;
/// nothing waits.
///
/// The one that has a session now tells the node of the one before it. A node that cannot be told,
/// or a store that has forgotten who that was, leaves it to the older one's next checkpoint, which
/// is refused.
///
/// Who is refused asks the later one's node before it closes, since there may be none: what a node
/// sent to Redis may arrive long after the node has given it up, as when a network holds it back,
/// and an opening among it has the highest generation and no connection.
public final class Sessions {
  private static final Logger log = LoggerFactory.getLogger(Sessions.class);

  /// An earlier connection whose own session is being opened still takes no longer.
  private static final Duration NOTED_FOR = Duration.ofSeconds(30);

  private static final int MOST_NOTED = 10_000;

  /// So long a node that lives may leave it open whether it has a session: far longer than one that
  /// has died is taken to live.
  private static final Duration UNANSWERED_FOR = Duration.ofSeconds(30);

  /// So much later than the store has answered, a connection has its session, on a busy node too.
  private static final Duration LATEST = Duration.ofSeconds(1);

  private static final String USER = "user";
  private static final String SESSION = "session";
  private static final String GENERATION = "generation";

  private final String nodeId;
  private final SessionStore store;
  private final Duration checkpoint;
  private final Duration opening;
  private final Questions questions;
  private final ConcurrentHashMap<SessionKey, SessionHold> held = new ConcurrentHashMap<>();

  /// Generations of which other nodes have told, for holders that are not here yet.
  private final Cache<SessionKey, Long> later =
      Caffeine.newBuilder().expireAfterWrite(NOTED_FOR).maximumSize(MOST_NOTED).build();

  /// @param nodeId this node
  /// @param checkpoint at most so much later each session is written again
  /// @param opening at most so much later the store has answered who opens a session
  /// @param questions to tell other nodes, and to be told
  public Sessions(
      String nodeId,
      SessionStore store,
      Duration checkpoint,
      Duration opening,
      Questions questions) {
    this.nodeId = nodeId;
    this.store = store;
    this.checkpoint = checkpoint;
    this.opening = opening.plus(LATEST);
    this.questions = questions;
  }

  /// Hears from now on what other nodes tell. Before this node joins.
  public void listen() {
    questions.answering(Topic.TAKEN_OVER, this::answer);
    questions.answering(Topic.SESSION, this::holder);
  }

  SessionStore store() {
    return store;
  }

  Duration checkpoint() {
    return checkpoint;
  }

  /// A connection has opened its session. Whoever held it before is closed.
  ///
  /// @return `false` when a later one has the session already: then this one is to be closed
  boolean enter(SessionHold hold) {
    if (!keeps(hold)) {
      return false;
    }
    hold.opened()
        .previous()
        .filter(before -> !before.node().equals(nodeId))
        .ifPresent(before -> tell(before, hold));
    return true;
  }

  /// Whether a connection of this node holds it.
  boolean holds(SessionKey key) {
    return held.containsKey(key);
  }

  private boolean keeps(SessionHold hold) {
    while (true) {
      SessionHold before = held.putIfAbsent(hold.key(), hold);
      if (before != null && before.generation() > hold.generation()) {
        return false;
      }
      if (before == null || held.replace(hold.key(), before, hold)) {
        if (before != null) {
          before.takenOver();
        }
        break;
      }
    }
    // After it can be found here: who is told of a later one first notes it, and then looks.
    Long other = later.getIfPresent(hold.key());
    if (other != null && other > hold.generation()) {
      held.remove(hold.key(), hold);
      return false;
    }
    return true;
  }

  private void tell(Holder before, SessionHold hold) {
    questions
        .ask(
            before.node(),
            Topic.TAKEN_OVER,
            question(hold.key()).put(GENERATION, hold.generation()))
        .whenComplete((answer, failure) -> {
          if (failure != null || answer.isEmpty()) {
            log.debug(
                "a node was not told that it lost a session nodeId={}", before.node(), failure);
          }
        });
  }

  private static ObjectNode question(SessionKey key) {
    return JsonNodeFactory.instance.objectNode().put(USER, key.user()).put(SESSION, key.session());
  }

  private static SessionKey key(JsonNode question) {
    return new SessionKey(question.path(USER).asText(), question.path(SESSION).asText());
  }

  private CompletionStage<JsonNode> answer(JsonNode question) {
    boolean closed = takenOver(key(question), question.path(GENERATION).asLong());
    return CompletableFuture.completedFuture(
        JsonNodeFactory.instance.objectNode().put("closed", closed));
  }

  /// Another node's connection has a session.
  ///
  /// @return whether it was held here
  boolean takenOver(SessionKey key, long generation) {
    later.asMap().merge(key, generation, Math::max); // first, see above
    SessionHold hold = held.get(key);
    if (hold == null || hold.generation() >= generation) {
      return false;
    }
    hold.takenOver();
    return true;
  }

  /// Which generation a connection of this node holds it in; 0 when none does.
  private CompletionStage<JsonNode> holder(JsonNode question) {
    SessionHold hold = held.get(key(question));
    return CompletableFuture.completedFuture(
        JsonNodeFactory.instance
            .objectNode()
            .put(GENERATION, hold == null ? 0 : hold.generation()));
  }

  /// The store has refused a checkpoint, since it knows of a later opening. If a connection has
  /// come of that, this one is closed; if none has, and none can any more, it keeps its session, in
  /// a generation above that. A node that lives and does not say for long is believed to have one.
  /// What cannot be found out now is found out by the next checkpoint.
  void disputed(SessionHold hold) {
    store
        .find(hold.key())
        .thenAccept(found ->
            found
                .filter(later -> later.generation() > hold.generation())
                .ifPresent(later -> dispute(hold, later)))
        .whenComplete((_, failure) -> {
          if (failure != null) {
            log.debug("who holds a session was not found out", failure);
          }
        });
  }

  private void dispute(SessionHold hold, StoredSession later) {
    SessionHold.Dispute dispute = hold.dispute(later.generation());
    String node = later.info().node();
    if (later.closed().isPresent() || !questions.isAlive(node)) {
      settle(hold, dispute, OptionalLong.of(0));
      return;
    }
    questions
        .ask(node, Topic.SESSION, question(hold.key()))
        .thenAccept(answer ->
            settle(
                hold,
                dispute,
                answer
                    .map(it -> OptionalLong.of(it.path(GENERATION).asLong()))
                    .orElseGet(OptionalLong::empty)));
  }

  /// @param holding the generation in which the later opening's node holds it, 0 for not at all;
  ///   nothing when it does not say
  private void settle(SessionHold hold, SessionHold.Dispute dispute, OptionalLong holding) {
    boolean held =
        holding.isPresent()
            ? holding.getAsLong() >= dispute.later()
            : dispute.isOlderThan(UNANSWERED_FOR);
    if (held) {
      log.debug("session held by a later connection generation={}", dispute.later());
      hold.takenOver();
    } else if (holding.isPresent() && dispute.isOlderThan(opening)) {
      log.debug("session kept, its later opening has no connection session={}", hold.name());
      hold.claim(dispute.later() + 1);
    }
  }

  /// A connection has ended.
  ///
  /// @param last what it leaves
  void leave(SessionHold hold, SessionState last) {
    held.remove(hold.key(), hold);
    store
        .close(hold.key(), hold.generation(), last)
        .whenComplete((_, failure) -> {
          if (failure != null) {
            // Redis is a cache: the next connect finds out
            log.debug("session not closed", failure);
          }
        });
  }

  /// How many sessions connections of this node hold.
  int size() {
    return held.size();
  }
}
