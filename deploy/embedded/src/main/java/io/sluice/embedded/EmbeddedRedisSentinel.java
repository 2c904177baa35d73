package io.sluice.embedded;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// A real Redis with a replica, and a real Sentinel that makes the replica the master when the
/// master is away: at once when it was stopped here, after ten seconds otherwise. All are child
/// processes that listen on 127.0.0.1 only and end with this process.
///
/// Any thread may call any method.
public final class EmbeddedRedisSentinel implements AutoCloseable {
  private static final String MASTER = "main";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /// One Sentinel decides alone: what a busy machine does not let run for a while is not away.
  private static final Duration AWAY = Duration.ofSeconds(10);

  private static final Duration AWAY_WHEN_STOPPED = Duration.ofMillis(500);

  private final EmbeddedRedis first;
  private final EmbeddedRedis second;
  private final int port = FreePorts.next();
  private final RedisProcess sentinel;

  private EmbeddedRedisSentinel(EmbeddedRedis first, EmbeddedRedis second) {
    this.first = first;
    this.second = second;
    this.sentinel = startSentinel(port, first.port());
  }

  /// Starts all three and returns when the Sentinel knows the replica, and the replica has what the
  /// master has.
  ///
  /// @throws EmbeddedStartException when anything is in the way
  public static EmbeddedRedisSentinel start() {
    EmbeddedRedis first = EmbeddedRedis.builder().setting("repl-diskless-sync-delay", "0").start();
    EmbeddedRedis second = EmbeddedRedis.builder().setting("repl-diskless-sync-delay", "0").start();
    try {
      RedisConversation.ask(
          second.port(), "REPLICAOF", FreePorts.LOOPBACK, Integer.toString(first.port()));
      var group = new EmbeddedRedisSentinel(first, second);
      group.awaitReplica();
      return group;
    } catch (RuntimeException e) {
      first.close();
      second.close();
      throw e;
    }
  }

  private static RedisProcess startSentinel(int port, int master) {
    Path workspace = DataDirectory.temporary("sluice-redis-sentinel").path();
    Path file = workspace.resolve("sentinel.conf");
    try {
      Files.writeString(
          file,
          """
          bind 127.0.0.1
          port %d
          dir %s
          sentinel monitor %s 127.0.0.1 %d 1
          sentinel down-after-milliseconds %s %d
          sentinel failover-timeout %s 3000
          """
              .formatted(port, workspace, MASTER, master, MASTER, AWAY.toMillis(), MASTER));
    } catch (IOException e) {
      throw new EmbeddedStartException("cannot write " + file + ": " + e, e);
    }
    return RedisProcess.start(workspace, port, List.of(file.toString(), "--sentinel"));
  }

  private void awaitReplica() {
    try {
      RedisConversation.await(
          "a Sentinel's finding of the replica",
          PATIENCE,
          () ->
              RedisConversation.ask(port, "SENTINEL", "REPLICAS", MASTER)
                      .contains(Integer.toString(second.port()))
                  && RedisConversation.ask(second.port(), "INFO", "replication")
                      .getFirst()
                      .contains("master_link_status:up"));
    } catch (RuntimeException e) {
      sentinel.stop();
      throw e;
    }
  }

  /// The address that names the Sentinel, and the master by the name it has there.
  public String uri() {
    return "redis-sentinel://" + FreePorts.LOOPBACK + ":" + port + "/0#" + MASTER;
  }

  /// The server that the Sentinel takes for the master now.
  public EmbeddedRedis master() {
    String at =
        RedisConversation.ask(port, "SENTINEL", "GET-MASTER-ADDR-BY-NAME", MASTER).getLast();
    return Stream.of(first, second)
        .filter(redis -> Integer.toString(redis.port()).equals(at))
        .findAny()
        .orElseThrow(() -> new IllegalStateException("the master is neither of two, at " + at));
  }

  /// Has the Sentinel make the replica the master, while both run. Returns when it is.
  public void failOver() {
    EmbeddedRedis before = master();
    RedisConversation.ask(port, "SENTINEL", "FAILOVER", MASTER);
    awaitAnother(before);
  }

  /// Stops the master and returns when the replica is the master.
  public void stopMaster() {
    EmbeddedRedis before = master();
    awayAfter(AWAY_WHEN_STOPPED);
    before.stop();
    awaitAnother(before);
    awayAfter(AWAY);
  }

  private void awayAfter(Duration silence) {
    RedisConversation.ask(
        port,
        "SENTINEL",
        "SET",
        MASTER,
        "down-after-milliseconds",
        Long.toString(silence.toMillis()));
  }

  private void awaitAnother(EmbeddedRedis before) {
    RedisConversation.await("a fail-over", PATIENCE, () -> master() != before);
  }

  /// Stops all of them for good.
  @Override
  public void close() {
    sentinel.stop();
    first.close();
    second.close();
  }
}
