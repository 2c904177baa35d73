package io.sluice.gateway.presence;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.protocol.ClientInfo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Members of all nodes, put together. The other nodes are asked once for all who want to know the
/// same meanwhile, and what they said serves for [#YOUNG]; this node's own members are always as
/// they are now, so whoever subscribed here is in what it then asks for. For any thread; never
/// waits.
final class AskedNodes {
  /// What others said is good so long.
  static final Duration YOUNG = Duration.ofMillis(200);

  /// Members, or samples of users, that are kept; about 20 MB. What is told of one in so many
  /// characters counts as a member more.
  private static final long MOST_KEPT = 100_000;

  private static final int MEMBER = 200;

  /// Users of several nodes are counted anew for everyone who asks, up to so many of them.
  private static final int FEW_USERS = 4_096;

  private final String nodeId;
  private final MemberTable table;
  private final Presence.Others others;
  private final PresenceMetrics metrics;
  private final AsyncCache<PageKey, Members> pages;
  private final AsyncCache<String, Counts> counts;

  private record PageKey(String channel, String after, int limit) {}

  /// What others said.
  ///
  /// @param upTo the last id up to which all are known; null: all are
  private record Members(List<Seen> found, @Nullable String upTo, List<String> missing) {
    int weight() {
      return 1 + found.stream().mapToInt(it -> 1 + it.who().info().length() / MEMBER).sum();
    }
  }

  /// What others said of numbers, and the sum that was once made of it.
  private static final class Counts {
    final long clients;
    final List<UserSample> users;
    final List<String> missing;
    volatile long sum = -1;

    Counts(long clients, List<UserSample> users, List<String> missing) {
      this.clients = clients;
      this.users = users;
      this.missing = missing;
    }

    int weight() {
      return 1 + users.stream().mapToInt(it -> it.smallest().length).sum() / 16;
    }
  }

  AskedNodes(
      String nodeId,
      MemberTable table,
      Presence.Others others,
      PresenceMetrics metrics,
      Ticker ticker) {
    this.nodeId = nodeId;
    this.table = table;
    this.others = others;
    this.metrics = metrics;
    this.pages =
        cache(ticker)
            .maximumWeight(MOST_KEPT)
            .weigher((PageKey _, Members it) -> it.weight())
            .buildAsync();
    this.counts =
        cache(ticker)
            .maximumWeight(MOST_KEPT)
            .weigher((String _, Counts it) -> it.weight())
            .buildAsync();
  }

  private static Caffeine<Object, Object> cache(Ticker ticker) {
    return Caffeine.newBuilder().expireAfterWrite(YOUNG).ticker(ticker).executor(Runnable::run);
  }

  /// Members after an id. They are put together on a thread of its own: it takes milliseconds.
  CompletionStage<PresencePage> page(String channel, String after, int limit) {
    return pages
        .get(new PageKey(channel, after, limit), (key, _) -> ask(key))
        .thenApplyAsync(
            heard -> merge(heard, table.page(channel, after, limit + 1), limit),
            Thread::startVirtualThread);
  }

  private CompletableFuture<Members> ask(PageKey key) {
    metrics.ask();
    return others
        .members(NodeAnswers.pageQuestion(nodeId, key.channel(), key.after(), key.limit()))
        .thenApply(heard -> {
          List<Seen> found = new ArrayList<>();
          String upTo = null;
          for (JsonNode each : ofOthers(heard)) {
            List<Seen> some = NodeAnswers.members(each);
            found.addAll(some);
            if (each.path("more").asBoolean() && !some.isEmpty()) {
              upTo = earlier(upTo, some.getLast().who().client());
            }
          }
          return new Members(found, upTo, heard.missing());
        })
        .toCompletableFuture();
  }

  /// Of two places that a session has, the older is about to go.
  private static PresencePage merge(Members heard, List<Seen> own, int limit) {
    TreeMap<String, Seen> all = new TreeMap<>();
    Map<String, Seen> bySession = new HashMap<>();
    for (List<Seen> some : List.of(heard.found(), own)) {
      for (Seen each : some) {
        Seen other = each.session().isEmpty() ? null : bySession.get(each.session());
        if (other != null && other.generation() >= each.generation()) {
          continue;
        }
        if (other != null) {
          all.remove(other.who().client());
        }
        all.put(each.who().client(), each);
        if (!each.session().isEmpty()) {
          bySession.put(each.session(), each);
        }
      }
    }
    String upTo =
        own.size() > limit ? earlier(heard.upTo(), own.getLast().who().client()) : heard.upTo();
    SortedMap<String, Seen> known = upTo == null ? all : all.headMap(upTo, /* inclusive= */ true);
    List<ClientInfo> members = known.values().stream().limit(limit).map(Seen::who).toList();
    String next =
        known.size() > limit ? members.getLast().client() : Objects.requireNonNullElse(upTo, "");
    return new PresencePage(members, next, heard.missing());
  }

  private static String earlier(@Nullable String one, String other) {
    return one == null || other.compareTo(one) < 0 ? other : one;
  }

  /// How many there are.
  CompletionStage<PresenceCounts> counts(String channel) {
    return counts
        .get(channel, (key, _) -> askCounts(key))
        .thenApply(heard ->
            new PresenceCounts(
                heard.clients + table.clients(channel), users(heard, channel), heard.missing));
  }

  private CompletableFuture<Counts> askCounts(String channel) {
    metrics.ask();
    return others
        .counts(NodeAnswers.countsQuestion(nodeId, channel))
        .thenApply(heard -> {
          List<JsonNode> answers = ofOthers(heard);
          return new Counts(
              answers.stream().mapToLong(each -> each.path("clients").asLong()).sum(),
              answers.stream().map(NodeAnswers::users).filter(it -> it.distinct() > 0).toList(),
              heard.missing());
        })
        .toCompletableFuture();
  }

  private long users(Counts heard, String channel) {
    if (heard.users.isEmpty()) {
      return table.distinctUsers(channel);
    }
    long known = heard.sum;
    long most = table.distinctUsers(channel);
    for (UserSample each : heard.users) {
      most += each.distinct();
    }
    if (known >= 0 && most > FEW_USERS) {
      return known; // a millisecond's work, done for others before
    }
    List<UserSample> all = new ArrayList<>(heard.users);
    all.add(table.users(channel));
    long sum = DistinctUsers.of(all);
    heard.sum = sum;
    return sum;
  }

  /// This node is asked as all are, and says nothing: its own members are looked up later.
  private List<JsonNode> ofOthers(Answers heard) {
    metrics.miss(heard.missing().size());
    List<JsonNode> answers = new ArrayList<>();
    heard
        .byNode()
        .forEach((node, answer) -> {
          if (!node.equals(nodeId)) {
            answers.add(answer);
          }
        });
    return answers;
  }
}
