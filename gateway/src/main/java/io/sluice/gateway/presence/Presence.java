package io.sluice.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.benmanes.caffeine.cache.Ticker;
import io.micrometer.core.instrument.MeterRegistry;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.PresenceConfig;
import io.sluice.gateway.presence.Absences.Meaning;
import io.sluice.gateway.presence.MemberTable.Quietly;
import io.sluice.gateway.protocol.JoinLeave;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Who is subscribed to a channel, in namespaces with `presence` or `join-leave`: this node's
/// members, questions to the other nodes, and what all nodes are told of who comes and goes.
/// Thread-safe; no call waits, but for [#close].
public final class Presence implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Presence.class);

  /// The type of its messages to all nodes.
  public static final String TOLD = MoveSender.TYPE;

  /// The most members of one page.
  public static final int MOST_A_PAGE = 10_000;

  /// Heap for a member: 144 in a channel that has very many, 294 in one that has no other, measured
  /// by `MemberMemoryTest`.
  public static final int MEMBER_BYTES = 192;

  private final String nodeId;
  private final MemberTable table;
  private final MoveSender moves;
  private final Absences absences;
  private final AskedNodes asked;
  private final Consumer<List<JoinLeave>> subscribers;
  private final PresenceMetrics metrics;
  private final AtomicBoolean watched = new AtomicBoolean();
  private final ScheduledThreadPoolExecutor thread;

  /// Asks all nodes, this one included.
  public interface Others {
    /// For their members; see [Presence#membersHere]. Always completes, within a second or so.
    CompletionStage<Answers> members(ObjectNode question);

    /// How many they have; see [Presence#countsHere].
    CompletionStage<Answers> counts(ObjectNode question);
  }

  /// Tells all nodes.
  public interface Teller {
    /// Never waits; messages arrive in the order of the calls.
    ///
    /// @return whether it is sure to have been told
    CompletionStage<Boolean> tell(byte[] message);
  }

  /// @param subscribers told, on the thread that calls [#told], who came and went anywhere
  public Presence(
      String nodeId,
      PresenceConfig config,
      Others others,
      Teller teller,
      Consumer<List<JoinLeave>> subscribers,
      MeterRegistry registry) {
    this.nodeId = nodeId;
    this.subscribers = subscribers;
    this.metrics = new PresenceMetrics(registry);
    this.thread =
        new ScheduledThreadPoolExecutor(
            1,
            Thread.ofPlatform().name("sluice-presence").daemon().factory(),
            new ThreadPoolExecutor.DiscardPolicy()); // of what comes after the end
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    this.moves = new MoveSender(teller, thread, metrics);
    this.table = new MemberTable(config, System::nanoTime, moves::add);
    this.absences = new Absences(config.linger(), System::nanoTime);
    this.asked = new AskedNodes(nodeId, table, others, metrics, Ticker.systemTicker());
    metrics.members(table);
  }

  /// Whether a namespace keeps account of its subscribers.
  public static boolean isKept(NamespaceConfig policy) {
    return policy.presence() || policy.joinLeave();
  }

  // what connections do

  /// A connection is subscribed now. Where there is no room it is not shown, which is counted.
  ///
  /// @param channel the full name, of a namespace that [#isKept]
  public void enter(String channel, NamespaceConfig policy, Member member) {
    if (!table.enter(channel, policy, member)) {
      metrics.hide();
    }
  }

  /// A connection is subscribed no more. Without effect when it was not.
  public void leave(String channel, Member member) {
    table.leave(channel, member);
  }

  /// A connection is subscribed no more, but is expected back: by itself, or with the next of its
  /// session. It stays for `presence.linger`.
  public void away(String channel, Member member) {
    table.away(channel, member);
    watch();
  }

  /// A connection is not expected back anywhere.
  public void leaveAll(Member member) {
    table.giveUp(member);
  }

  private void watch() {
    if (watched.compareAndSet(false, true)) {
      schedule(0);
    }
  }

  private void schedule(long delayNanos) {
    var _ = thread.schedule(this::expire, delayNanos, TimeUnit.NANOSECONDS);
  }

  private void expire() {
    watched.set(false); // first: who goes away from here on is looked after anew
    long next = table.expire();
    if (next >= 0 && watched.compareAndSet(false, true)) {
      schedule(next);
    }
  }

  // what clients and operators ask

  /// Members on all nodes, in the order of their clients' ids.
  ///
  /// @param after the id they come after; "" = from the first
  /// @param limit at most [#MOST_A_PAGE]
  public CompletionStage<PresencePage> page(String channel, String after, int limit) {
    return asked.page(channel, after, Math.clamp(limit, 1, MOST_A_PAGE));
  }

  /// How many members there are on all nodes.
  public CompletionStage<PresenceCounts> counts(String channel) {
    return asked.counts(channel);
  }

  // what other nodes ask and tell

  /// This node's answer for [Others#members].
  public JsonNode membersHere(JsonNode question) {
    return NodeAnswers.isFrom(nodeId, question)
        ? NodeAnswers.nothing()
        : NodeAnswers.page(table, question);
  }

  /// This node's answer for [Others#counts].
  public JsonNode countsHere(JsonNode question) {
    return NodeAnswers.isFrom(nodeId, question)
        ? NodeAnswers.nothing()
        : NodeAnswers.counts(table, question);
  }

  /// A node, perhaps this one, told who came and went. One thread at a time.
  public void told(JsonNode message) {
    List<JoinLeave> all = new ArrayList<>();
    for (Move move : MoveSender.read(message)) {
      Meaning meaning = absences.heard(move);
      if (move.kind() == Move.Kind.JOIN && !move.session().isEmpty()) {
        String shown = meaning.shown();
        table.supersede(move, shown == null ? Quietly.NO : Quietly.YES);
        // its own again, if it left and came back with a place that it had taken over
        table.adopt(move, shown == null ? move.who().client() : shown);
      }
      if (meaning.tell() != null) {
        all.add(meaning.tell());
      }
    }
    if (!all.isEmpty()) {
      subscribers.accept(all);
    }
  }

  /// Tells everybody who goes with this node. After the last connection has ended.
  @Override
  public void close() {
    table.expireAll();
    thread.shutdown();
    try {
      var _ = thread.awaitTermination(1, TimeUnit.SECONDS); // it may be telling something
      moves.sendAll();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // whoever is in a hurry
    }
    log.debug("presence closed");
  }
}
