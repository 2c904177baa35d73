package io.sluice.session;

import io.sluice.session.RedisCalls.Run;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The indices of sessions in Redis: those of a user, and those of a node. Written beside the
/// sessions, after them, and nobody waits for it; what was not written is with a later checkpoint.
/// Any thread.
///
/// A node's index is written with each batch of checkpoints, all of it in one command. A user's
/// takes a command for each session, so it is written when the session is opened, when the store
/// had lost it, and once in each half of the time to live.
final class RedisIndices {
  private static final Logger LOG = LoggerFactory.getLogger(RedisIndices.class);

  /// How many sessions of a node are looked at in one go.
  private static final int PAGE = SessionStore.MAX_BATCH;

  private static final String NO_LIMIT = "0";

  private final RedisCalls redis;
  private final String lifetime;
  private final long periodMs;
  private final long windowMs;

  RedisIndices(RedisCalls redis, SessionStoreSettings settings) {
    this.redis = redis;
    Duration indexed = Keys.indexed(settings.ttl(), settings.grace());
    this.lifetime = Long.toString(indexed.toMillis());
    this.periodMs = settings.ttl().toMillis() / 2;
    // one checkpoint at least falls into it, and seldom two
    this.windowMs = settings.checkpoint().toMillis() * 5 / 4;
  }

  /// A session was opened.
  void opened(SessionKey key, String node) {
    write(List.of(user(key), node(node, List.of(Keys.member(key)))));
  }

  /// These live.
  ///
  /// @param anew those the store had lost
  void live(List<Checkpoint> known, List<Checkpoint> anew) {
    Map<String, List<String>> byNode = new HashMap<>(2);
    List<Run> runs = new ArrayList<>();
    for (Checkpoint live : known) {
      enter(byNode, live);
      if (isDue(live)) {
        runs.add(user(live.key()));
      }
    }
    for (Checkpoint live : anew) {
      enter(byNode, live);
      runs.add(user(live.key()));
    }
    byNode.forEach((node, members) -> runs.add(node(node, members)));
    write(runs);
  }

  private static void enter(Map<String, List<String>> byNode, Checkpoint live) {
    byNode.computeIfAbsent(live.info().node(), _ -> new ArrayList<>()).add(Keys.member(live.key()));
  }

  /// Found out from the time that the connection has lived: nothing is to be remembered for it.
  private boolean isDue(Checkpoint live) {
    long age = live.seen().toEpochMilli() - live.info().connected().toEpochMilli();
    return Math.floorMod(age, periodMs) < windowMs;
  }

  /// Has the index of its user know of it.
  Run user(SessionKey key) {
    return new Run(
        Keys.ofUser(key.user()),
        List.of(lifetime, Integer.toString(SessionStore.MAX_OF_USER), key.session()));
  }

  private Run node(String node, List<String> members) {
    List<String> arguments = new ArrayList<>(members.size() + 2);
    arguments.add(lifetime);
    arguments.add(NO_LIMIT);
    arguments.addAll(members);
    return new Run(Keys.ofNode(node), arguments);
  }

  private void write(List<Run> runs) {
    if (runs.isEmpty()) {
      return;
    }
    redis
        .runAll(Scripts.INDEX, runs)
        .whenComplete((answers, failure) -> {
          if (failure != null || answers.failure() != null) {
            LOG.debug(
                "sessions not indexed count={}",
                runs.size(),
                failure == null ? answers.failure() : failure);
          }
        });
  }

  CompletionStage<List<SessionKey>> ofUser(String user) {
    return redis
        .call(commands -> commands.zrange(Keys.ofUser(user), 0, -1))
        .thenApply(names -> names.stream().map(name -> new SessionKey(user, name)).toList());
  }

  CompletionStage<List<String>> someOfNode(String node) {
    return redis.call(commands -> commands.zrange(Keys.ofNode(node), 0, PAGE - 1));
  }

  CompletionStage<Long> swept(String node, List<String> members) {
    return redis.call(commands -> commands.zrem(Keys.ofNode(node), members.toArray(String[]::new)));
  }
}
