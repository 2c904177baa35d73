package io.sluice.session;

import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A look at Redis as a node would use it, for who wants to know beforehand what is wrong. It reads
/// and changes nothing.
public final class RedisLook {
  /// Longer than `redis.timeout` mostly: who answers late is to be told from who does not.
  private static final Duration ANSWER = Duration.ofSeconds(2);

  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final int QUESTIONS = 3;

  /// Needs what every script of nodes needs: the right to run one, and to look at our keys.
  private static final String SCRIPT = "return redis.call('exists', KEYS[1])";

  /// What was found.
  ///
  /// @param where the addresses, without secrets
  /// @param facts what `INFO` says: `redis_version`, `redis_mode`, `role`, `maxmemory`,
  ///   `maxmemory_policy`, `used_memory` and so on; nothing where this user may not ask
  /// @param roundTrip the shortest of a few questions
  /// @param ahead how far its clock is ahead of this machine's; negative = behind
  /// @param refused why it does not run a script of ours; empty when it does
  public record Found(
      String where,
      Map<String, String> facts,
      Duration roundTrip,
      Duration ahead,
      Optional<String> refused) {
    public Found {
      facts = Map.copyOf(facts);
    }
  }

  private final RedisClusterAsyncCommands<String, String> redis;
  private Duration roundTrip = Duration.ofDays(1);
  private Duration ahead = Duration.ZERO;

  private RedisLook(RedisClusterAsyncCommands<String, String> redis) {
    this.redis = redis;
  }

  /// Connects, asks a few questions and leaves. Blocks: 5 s until it is connected, and 2 s for each
  /// answer at most.
  ///
  /// @param settings with an address
  public static Found at(SessionStoreSettings settings)
      throws RedisLookException, InterruptedException {
    try (RedisServers servers =
        RedisServers.of(patient(settings), CommandLatencyRecorder.disabled())) {
      RedisServers.Connected connected = connect(servers);
      RedisLook look = new RedisLook(connected.commands());
      try {
        look.askForTime();
        return new Found(servers.where(), look.facts(), look.roundTrip, look.ahead, look.refused());
      } catch (ExecutionException e) {
        throw failed(servers, e);
      } catch (TimeoutException _) {
        throw new RedisLookException(
            "Redis at %s does not answer within %d s"
                .formatted(servers.where(), ANSWER.toSeconds()));
      }
    }
  }

  private static SessionStoreSettings patient(SessionStoreSettings settings) {
    return new SessionStoreSettings(
        settings.uri(),
        settings.cluster(),
        ANSWER,
        settings.ttl(),
        settings.grace(),
        settings.checkpoint(),
        settings.claim(),
        settings.queue(),
        settings.localSessions(),
        settings.sentinelPassword(),
        settings.resilience());
  }

  private static RedisServers.Connected connect(RedisServers servers)
      throws RedisLookException, InterruptedException {
    try {
      return within(servers.connect(), CONNECTING);
    } catch (ExecutionException e) {
      throw failed(servers, e);
    } catch (TimeoutException _) {
      throw new RedisLookException(
          "Redis at %s cannot be connected to within %d s"
              .formatted(servers.where(), CONNECTING.toSeconds()));
    }
  }

  /// The first answer says little: code is loaded for it.
  private void askForTime() throws ExecutionException, TimeoutException, InterruptedException {
    var _ = within(redis.time(), ANSWER);
    for (int i = 0; i < QUESTIONS; i++) {
      long before = System.nanoTime();
      List<String> time = within(redis.time(), ANSWER); // seconds, microseconds
      Duration took = Duration.ofNanos(System.nanoTime() - before);
      if (took.compareTo(roundTrip) < 0) {
        roundTrip = took;
        long there = Long.parseLong(time.get(0)) * 1_000 + Long.parseLong(time.get(1)) / 1_000;
        ahead = Duration.ofMillis(there - System.currentTimeMillis()).plus(took.dividedBy(2));
      }
    }
  }

  /// A user that has only the rights a node needs may not ask.
  private Map<String, String> facts()
      throws ExecutionException, TimeoutException, InterruptedException {
    Map<String, String> facts = new HashMap<>();
    for (String section : List.of("server", "replication", "memory")) {
      try {
        read(within(redis.info(section), ANSWER), facts);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof RedisCommandExecutionException)) {
          throw e;
        }
      }
    }
    return facts;
  }

  /// Lines of `name:value`.
  static void read(String info, Map<String, String> facts) {
    info.lines()
        .filter(line -> line.indexOf(':') > 0)
        .forEach(line -> {
          int colon = line.indexOf(':');
          facts.put(line.substring(0, colon), line.substring(colon + 1).strip());
        });
  }

  private Optional<String> refused()
      throws ExecutionException, TimeoutException, InterruptedException {
    try {
      CompletionStage<Long> run =
          redis.eval(SCRIPT, ScriptOutputType.INTEGER, Keys.PROBE_PREFIX + "doctor");
      var _ = within(run, ANSWER);
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RedisCommandExecutionException refused) {
        return Optional.of(String.valueOf(refused.getMessage()));
      }
      throw e;
    }
  }

  private static <T> T within(CompletionStage<T> stage, Duration limit)
      throws ExecutionException, TimeoutException, InterruptedException {
    return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static RedisLookException failed(RedisServers servers, ExecutionException e) {
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return new RedisLookException(
        "Redis at %s cannot be used: %s"
            .formatted(
                servers.where(),
                Objects.requireNonNullElse(innermost.getMessage(), innermost.toString())));
  }
}
