package io.sluice.perf.bench;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.sync.RedisCommands;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.session.Checkpoint;
import io.sluice.session.Served;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionState;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStoreSettings;
import io.sluice.session.SessionStores;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

/// A Redis, and sessions that are opened and written there when told to. Not for people.
final class SessionsInRedisMain {
  /// Enough for what is measured.
  private static final int REDIS_MIB = 1024;

  /// The machine is busy with this and nothing else; every answer counts.
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final SessionStore store;
  private final RedisCommands<String, String> redis;
  private final SessionState state;
  private final List<Checkpoint> live = new ArrayList<>();

  private SessionsInRedisMain(
      SessionStore store, RedisCommands<String, String> redis, SessionState state) {
    this.store = store;
    this.redis = redis;
    this.state = state;
  }

  /// Does what each line says, until standard input ends.
  ///
  /// @param arguments sessions, quiet channels of each
  public static void main(String[] arguments) throws IOException {
    int sessions = Integer.parseInt(arguments[0]);
    List<Served> served =
        IntStream.range(0, Integer.parseInt(arguments[1]))
            .mapToObj(i ->
                new Served(
                    "orders:customer-" + i,
                    "kPjZ1xq0R2mC8cE6yK3vLw.3.12",
                    81_204_011L + i,
                    81_310_442))
            .toList();
    try (EmbeddedRedis server = EmbeddedRedis.builder().maxMemoryMib(REDIS_MIB).start();
        SessionStore store = SessionStores.open(settings(server.uri()), new SimpleMeterRegistry());
        RedisClient client = RedisClient.create(server.uri());
        var connection = client.connect()) {
      var own =
          new SessionsInRedisMain(store, connection.sync(), new SessionState(List.of(), served));
      BufferedReader orders =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      System.out.println("ready");
      for (String order = orders.readLine(); order != null; order = orders.readLine()) {
        System.out.println(order.equals("open") ? own.open(sessions) : own.write());
      }
    }
  }

  private static SessionStoreSettings settings(String uri) {
    SessionStoreSettings standard = SessionStoreSettings.of(uri);
    return new SessionStoreSettings(
        uri,
        false,
        PATIENCE,
        standard.ttl(),
        standard.grace(),
        standard.checkpoint(),
        standard.claim(),
        standard.queue(),
        standard.localSessions());
  }

  /// Opens all of them, a batch at a time, and writes each once.
  ///
  /// @return bytes that Redis took for them
  private String open(int sessions) {
    long before = number("memory", "used_memory:");
    Instant begun = Instant.now().minusSeconds(60);
    for (int from = 0; from < sessions; from += SessionStore.MAX_BATCH) {
      List<Checkpoint> batch = new ArrayList<>();
      List<CompletableFuture<Void>> opening = new ArrayList<>();
      for (int i = from; i < Math.min(sessions, from + SessionStore.MAX_BATCH); i++) {
        SessionKey key = new SessionKey("user-" + i, UUID.randomUUID().toString());
        // connected at different times, as connections are
        Instant connected = begun.minusMillis(i * 150_000L / sessions);
        SessionInfo info = new SessionInfo("n-" + i % 2, UUID.randomUUID().toString(), connected);
        opening.add(
            store
                .open(key, info)
                .thenAccept(opened -> {
                  synchronized (batch) {
                    batch.add(new Checkpoint(key, info, opened.generation(), Instant.now(), state));
                  }
                })
                .toCompletableFuture());
      }
      CompletableFuture.allOf(opening.toArray(CompletableFuture<?>[]::new)).join();
      store.checkpoint(batch).toCompletableFuture().join();
      live.addAll(batch);
    }
    return Long.toString(number("memory", "used_memory:") - before);
  }

  /// Writes all of them once, a batch after the other.
  ///
  /// @return commands that were sent, seconds it took, and seconds of a core that Redis took
  private String write() {
    long commands = scripts();
    double busy = busySeconds();
    long start = System.nanoTime();
    for (int from = 0; from < live.size(); from += SessionStore.MAX_BATCH) {
      List<Checkpoint> batch =
          live.subList(from, Math.min(live.size(), from + SessionStore.MAX_BATCH));
      int refused = store.checkpoint(batch).toCompletableFuture().join().size();
      if (refused > 0) {
        throw new IllegalStateException(refused + " checkpoints were refused");
      }
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT, "%d %.6f %.6f", scripts() - commands, seconds, busySeconds() - busy);
  }

  private long scripts() {
    return calls("cmdstat_evalsha:calls=") + calls("cmdstat_eval:calls=");
  }

  private long calls(String line) {
    return redis
        .info("commandstats")
        .lines()
        .filter(it -> it.startsWith(line))
        .mapToLong(it -> Long.parseLong(it.substring(line.length(), it.indexOf(','))))
        .sum();
  }

  private double busySeconds() {
    return value("cpu", "used_cpu_user:") + value("cpu", "used_cpu_sys:");
  }

  private long number(String section, String line) {
    return (long) value(section, line);
  }

  private double value(String section, String line) {
    return redis
        .info(section)
        .lines()
        .filter(it -> it.startsWith(line))
        .mapToDouble(it -> Double.parseDouble(it.substring(line.length()).strip()))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("Redis does not say " + line));
  }
}
