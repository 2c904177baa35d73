package io.sluice.session;

import static io.sluice.session.SessionStoreContract.PHONE;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisBusyException;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisLoadingException;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.StatusOutput;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.EmbeddedRedis;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class RedisRetryTest {
  /// In milliseconds; until the end, if nobody ends it.
  private static final String LONG = "60000";

  private final RedisLoadingException loading = new RedisLoadingException("LOADING");

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger lost = new AtomicInteger();
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
  private final RedisBreaker breaker =
      new RedisBreaker(Clock.systemUTC(), System::nanoTime, RedisResilience.STANDARD);

  @AfterEach
  void close() {
    timer.shutdownNow();
  }

  @Test
  void onlyWhatPassesIsWorthAnotherTry() {
    assertThat(
            List.of(
                loading,
                new RedisBusyException("BUSY"),
                new RedisCommandExecutionException("TRYAGAIN multiple keys"),
                new RedisCommandExecutionException("CLUSTERDOWN the cluster is down"),
                new RedisCommandExecutionException("MASTERDOWN link with master is down"),
                new RedisException("not connected"),
                new IOException("reset by peer"),
                new CancellationException(),
                new CompletionException(loading)))
        .allMatch(RedisRetry::passes);
    assertThat(
            List.of(
                new RedisCommandTimeoutException("after 500 ms"),
                new RedisCommandExecutionException("OOM command not allowed"),
                new RedisCommandExecutionException("NOAUTH"),
                new QueueFullException(1),
                new IllegalStateException()))
        .noneMatch(RedisRetry::passes);
  }

  @Test
  void aCallIsRepeatedUntilItIsAnswered() {
    AtomicInteger calls = new AtomicInteger();
    assertThat(get(retry(Duration.ofSeconds(5)).call(() -> answerAt(calls, 3)))).isEqualTo(3);
    assertThat(retried("answered")).isOne();
  }

  @Test
  void atMostSoOften() {
    AtomicInteger calls = new AtomicInteger();
    assertThat(retry(Duration.ofSeconds(5)).call(() -> answerAt(calls, 9)))
        .failsWithin(Duration.ofSeconds(5))
        .withThrowableThat()
        .withCause(loading);
    assertThat(calls).hasValue(4);
    assertThat(retried("given-up")).isOne();
  }

  @Test
  void allOfItIsWithinTheTimeLimitOfOneCall() {
    Duration limit = Duration.ofMillis(100);
    AtomicInteger calls = new AtomicInteger();
    long start = System.nanoTime();
    CompletionStage<Integer> answer =
        retry(limit)
            .call(() ->
                calls.incrementAndGet() == 1
                    ? CompletableFuture.failedFuture(loading)
                    : new CompletableFuture<>());
    assertThat(answer).failsWithin(limit.plusSeconds(1));
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(limit.plusMillis(700));
    assertThat(calls).hasValueLessThanOrEqualTo(2);
  }

  @Test
  void aTrialOfTheBreakerIsNotRepeated() {
    RedisBreaker halfOpen =
        new RedisBreaker(
            Clock.systemUTC(),
            System::nanoTime,
            new RedisResilience(4, Duration.ofMillis(1), 50, Duration.ofMillis(10)));
    halfOpen.trip("connection lost");
    RedisRetry retry =
        new RedisRetry(
            settings(Duration.ofSeconds(5)), halfOpen, timer, new SessionMetrics(meters));
    AtomicInteger calls = new AtomicInteger();
    await()
        .pollInterval(Duration.ofMillis(2))
        .until(() -> {
          CompletionStage<Integer> trial =
              halfOpen.call(() -> retry.call(() -> answerAt(calls, 9)));
          return trial.toCompletableFuture().isCompletedExceptionally() && calls.get() > 0;
        });
    assertThat(calls).hasValue(1);
  }

  /// The breaker has gone on when the trial fails: the connection broke, and that was told first.
  @Test
  void aTrialIsNotRepeatedThoughItIsOverForTheBreaker() {
    AtomicLong now = new AtomicLong();
    RedisBreaker trying = new RedisBreaker(Clock.systemUTC(), now::get, RedisResilience.STANDARD);
    trying.trip("connection lost");
    now.addAndGet(RedisResilience.STANDARD.openFor().toNanos() + 1);
    RedisRetry retry =
        new RedisRetry(settings(Duration.ofSeconds(5)), trying, timer, new SessionMetrics(meters));
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Integer> first = new CompletableFuture<>();
    CompletionStage<Integer> trial =
        trying.call(
            () -> retry.call(() -> calls.incrementAndGet() == 1 ? first : answerAt(calls, 1)));
    assertThat(calls).hasValue(1);
    trying.trip("connection lost again");
    first.completeExceptionally(loading);
    assertThat(trial).failsWithin(Duration.ofSeconds(5)).withThrowableThat().withCause(loading);
    assertThat(calls).hasValue(1);
  }

  /// What is under way when the connection is lost: a call that may be made twice is, on the next
  /// connection, and the other is answered by memory.
  @Test
  void aLostConnectionCostsNobodyACallThatMayBeRepeated() {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        RedisClient client = RedisClient.create(redis.uri());
        StatefulRedisConnection<String, String> other = client.connect();
        SessionStore store =
            SessionStores.open(
                settings(redis.uri(), Duration.ofSeconds(5))
                    .withResilience(
                        new RedisResilience(10, Duration.ofMillis(25), 50, Duration.ofMillis(10))),
                meters,
                new Later(),
                SessionStores.PATIENCE)) {
      SessionKey key = someKey();
      long generation = get(store.open(key, PHONE)).generation();
      client(other, "PAUSE", LONG, "WRITE");
      CompletionStage<Void> closed = store.close(key, generation, SessionState.NONE);
      other.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
      client(other, "UNPAUSE");

      get(closed);
      assertThat(other.sync().hget(Keys.of(key), Keys.FIELD_CLOSED)).isNotNull();
      assertThat(retried("answered")).isOne();

      await().until(() -> store.breakers().getFirst().state() == BreakerState.State.CLOSED);
      client(other, "PAUSE", LONG, "WRITE");
      CompletionStage<Opened> opened = store.open(key, PHONE);
      other.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
      assertThat(get(opened).generation()).isGreaterThan(generation);
      assertThat(retried("answered")).isOne();
    }
  }

  /// Repetitions wait for it, and have no time to wait for the next ping.
  @Test
  void aConnectionThatHadHeldIsMadeAgainAtOnce() {
    try (EmbeddedRedis redis = EmbeddedRedis.builder().start();
        RedisClient client = RedisClient.create(redis.uri());
        StatefulRedisConnection<String, String> other = client.connect();
        RedisLink link =
            new RedisLink(
                SessionStoreSettings.of(redis.uri()),
                SessionStores.PATIENCE,
                new Later(),
                lost::incrementAndGet)) {
      get(link.maintain());
      other.sync().clientKill(KillArgs.Builder.typeNormal().skipme());
      await().until(() -> lost.get() == 1 && link.health() instanceof StoreHealth.Healthy);
    }
  }

  /// Goes on by a minute whenever it is looked at: every connection has held for long.
  private static final class Later extends Clock {
    private final AtomicInteger minutes = new AtomicInteger();

    @Override
    public Instant instant() {
      return Instant.now().plus(Duration.ofMinutes(minutes.incrementAndGet()));
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  private static void client(StatefulRedisConnection<String, String> by, String... words) {
    CommandArgs<String, String> args = new CommandArgs<>(StringCodec.UTF8);
    List.of(words).forEach(args::add);
    var _ = by.sync().dispatch(CommandType.CLIENT, new StatusOutput<>(StringCodec.UTF8), args);
  }

  private CompletionStage<Integer> answerAt(AtomicInteger calls, int number) {
    int call = calls.incrementAndGet();
    return call < number
        ? CompletableFuture.failedFuture(loading)
        : CompletableFuture.completedFuture(call);
  }

  private RedisRetry retry(Duration limit) {
    return new RedisRetry(settings(limit), breaker, timer, new SessionMetrics(meters));
  }

  private static SessionStoreSettings settings(Duration limit) {
    return settings("", limit);
  }

  private static SessionStoreSettings settings(String uri, Duration limit) {
    SessionStoreSettings standard = SessionStoreSettings.of("");
    return new SessionStoreSettings(
        uri,
        false,
        limit,
        standard.ttl(),
        standard.grace(),
        standard.checkpoint(),
        standard.claim(),
        standard.queue(),
        standard.localSessions());
  }

  private double retried(String outcome) {
    return meters.get(SessionMetrics.RETRIES).tag("outcome", outcome).counter().count();
  }
}
