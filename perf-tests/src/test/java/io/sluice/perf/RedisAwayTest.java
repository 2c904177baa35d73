package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KeyScanCursor;
import io.lettuce.core.RedisClient;
import io.lettuce.core.ScanArgs;
import io.lettuce.core.ScanCursor;
import io.lettuce.core.api.sync.RedisCommands;
import io.sluice.embedded.EmbeddedKafka;
import io.sluice.embedded.EmbeddedRedis;
import io.sluice.embedded.FreePorts;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.auth.TokenSigner;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.perf.check.SequenceChecker;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/// Two nodes with clients that have sessions, some of which stay and some of which are cut and
/// change nodes, while records are produced and Redis is wiped, restarted, and away for a quarter
/// of an hour. `-Dredis.away.seconds=60` has it come back sooner.
@Tag("full")
@Timeout(value = 25, unit = TimeUnit.MINUTES)
final class RedisAwayTest {
  private static final String TOPIC = "sluice.redis-away";
  private static final int NODES = 2;
  private static final int STAYING = 150;
  private static final int ROAMING = 50;
  private static final int EACH = 5;
  private static final int PER_SECOND = 500;
  private static final Duration AWAY =
      Duration.ofSeconds(Long.getLong("redis.away.seconds", 15 * 60));
  private static final String API_KEY = "proof";
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Duration CHECKPOINT = Duration.ofSeconds(5);

  /// Until nodes have noticed that Redis is there again, and what a busy machine adds.
  private static final Duration NOTICING = Duration.ofSeconds(10);

  private final List<String> channels = Audience.channels(20);
  private final List<Gateway> gateways = new ArrayList<>();
  private final List<URI> edges = new ArrayList<>();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<CheckedClient> staying = new ArrayList<>();
  private final List<Wanderer> roaming = new ArrayList<>();
  private final SequenceChecker checker = new SequenceChecker();
  private EmbeddedKafka kafka;
  private EmbeddedRedis redis;
  private RedisClient client;

  @BeforeEach
  void start() throws Exception {
    kafka = EmbeddedKafka.builder().start();
    redis = EmbeddedRedis.builder().start();
    client = RedisClient.create(redis.uri());
    for (int i = 0; i < NODES; i++) {
      int port = FreePorts.next();
      edges.add(URI.create("ws://127.0.0.1:" + port + "/connection/websocket"));
      gateways.add(Gateway.start(config(port)));
    }
    TokenSigner signer = new TokenSigner(config(0).tokens(), Clock.systemUTC());
    for (int i = 0; i < STAYING + ROAMING; i++) {
      join(i, signer);
    }
    Eventually.so(
        LIMIT,
        () ->
            staying.stream().allMatch(CheckedClient::isLive)
                && roaming.stream().allMatch(Wanderer::isLive),
        () -> staying + "; " + roaming);
    staying.forEach(CheckedClient::forgetConnections);
  }

  @AfterEach
  void stop() {
    staying.forEach(CheckedClient::close);
    roaming.forEach(Wanderer::close);
    gateways.forEach(Gateway::close);
    http.close();
    client.close();
    redis.close();
    kafka.close();
  }

  private GatewayConfig config(int edge) {
    return ConfigLoader.parse(
        """
        edge: {host: 127.0.0.1, port: %d, loops: 1, max-connections: 1000, max-pending: 2000, outboxes: 16MiB}
        api: {host: 127.0.0.1, port: %d, key: %s}
        kafka: {bootstrap-servers: '%s', create-topics: true, partitions: 2, fetch-bytes: 2MiB}
        redis: {uri: '%s', checkpoint: %ds}
        tokens: {hmac-secret: 'a secret of at least thirty-two bytes'}
        drain: {announce: 0s, duration: 1s}
        shed: {loop-lag: 0s} # who is turned away goes to a node that cannot know its session
        window: {bytes: 4MiB}
        publish: {queue: 100}
        namespaces:
          default: {topic: %s, subscribe: authenticated}
        """
            .formatted(
                edge,
                FreePorts.next(),
                API_KEY,
                kafka.bootstrapServers(),
                redis.uri(),
                CHECKPOINT.toSeconds(),
                TOPIC),
        Map.of(),
        Map.of());
  }

  /// Each node is the first choice of as many.
  private void join(int number, TokenSigner signer) {
    String name = "user-" + number;
    int first = number % NODES;
    List<URI> nodes = Stream.of(first, 1 - first).map(edges::get).toList();
    List<String> mine =
        IntStream.range(number, number + EACH)
            .mapToObj(n -> channels.get(n % channels.size()))
            .toList();
    String token = signer.sign(name, Duration.ofHours(1), List.of());
    ProtocolClient.Target target = new ProtocolClient.Target(nodes, token, mine).in("tab");
    if (number < STAYING) {
      staying.add(new CheckedClient(name, checker, target));
    } else {
      roaming.add(new Wanderer(name, target, checker));
    }
  }

  @Test
  void nothingIsLostAndNobodyIsClosedWhateverBecomesOfRedis() {
    try (NumberedRecords records = new NumberedRecords(kafka.bootstrapServers(), TOPIC, channels)) {
      try (Flow flow = new Flow(records, PER_SECOND)) {
        flow.await(PER_SECOND);
        awaitView("at first", LIMIT);

        inRedis(RedisCommands::flushall);
        awaitView("after a FLUSHALL", CHECKPOINT.plus(NOTICING));
        everyRoamer(Wanderer::move, "resumed");

        redis.stop();
        redis.start();
        awaitView("after a restart", CHECKPOINT.plus(NOTICING));
        everyRoamer(Wanderer::move, "resumed");

        redis.stop();
        long back = System.nanoTime() + AWAY.toNanos();
        everyRoamer(Wanderer::cut, "resumed"); // by the node that it is on
        everyRoamer(Wanderer::move, "resumed"); // by the other, which has had it before
        for (int round = 0; back - System.nanoTime() > 0; round++) {
          everyRoamer(Wanderer::cut, "resumed");
          somebodyNewHearsAPublish(round);
          flow.await(PER_SECOND);
        }
        redis.start();
        awaitView("after " + AWAY.toSeconds() + " s", CHECKPOINT.plus(NOTICING));
        everyRoamer(Wanderer::move, "resumed");
        flow.await(PER_SECOND);
      }
      Map<String, Long> published = records.published();
      Eventually.so(
          LIMIT,
          () -> checker.missing(published) == 0,
          () -> checker.missing(published) + " are missing; " + checker.violations());
      assertThat(checker.violations(published)).isEmpty();
    }
    assertThat(staying)
        .allMatch(CheckedClient::noticedNothing)
        .allMatch(CheckedClient::lostNothing);
    assertThat(roaming)
        .allMatch(each -> each.failures().isEmpty())
        .allMatch(each -> each.mostLosses() == 0);
  }

  /// Who was never here connects, subscribes, and is given what is published by the API of the
  /// other node, which Kafka has.
  private void somebodyNewHearsAPublish(int round) {
    String channel = "round-" + round;
    List<Long> heard = new CopyOnWriteArrayList<>();
    String token =
        new TokenSigner(config(0).tokens(), Clock.systemUTC())
            .sign("new-" + round, Duration.ofHours(1), List.of());
    URI node = edges.get(round % NODES);
    try (ProtocolClient fresh =
        ProtocolClient.start(
            "new-" + round,
            new ProtocolClient.Target(List.of(node), token, List.of(channel)).in("tab"),
            (_, _, data) -> heard.add(data.required("n").asLong()))) {
      Eventually.so(LIMIT, fresh::isLive, () -> "not connected: " + fresh.failure());
      publish(gateways.get((round + 1) % NODES), channel, round);
      Eventually.so(
          LIMIT, () -> heard.equals(List.of((long) round)), () -> round + ", heard " + heard);
    }
  }

  private void publish(Gateway by, String channel, int n) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + by.apiPort() + "/api/publish"))
            .header("X-API-Key", API_KEY)
            .timeout(LIMIT)
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"channel\":\"%1$s\",\"data\":{\"n\":%2$d},\"idempotency_key\":\"%2$d\"}"
                        .formatted(channel, n)))
            .build();
    HttpResponse<String> answer =
        http.sendAsync(request, HttpResponse.BodyHandlers.ofString()).join();
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
  }

  /// They lose their connections all at once, come back, and are told this of their sessions.
  private void everyRoamer(Consumer<Wanderer> what, String outcome) {
    List<Integer> before = roaming.stream().map(each -> each.sessions().size()).toList();
    roaming.forEach(what);
    Eventually.so(
        LIMIT,
        () ->
            IntStream.range(0, ROAMING)
                .allMatch(i ->
                    roaming.get(i).isLive() && roaming.get(i).sessions().size() > before.get(i)),
        roaming::toString);
    assertThat(roaming).allMatch(each -> each.sessions().getLast().equals(outcome));
  }

  /// Waits until Redis has all sessions, all of them open.
  private void awaitView(String when, Duration limit) {
    long start = System.nanoTime();
    Eventually.so(
        limit, () -> openSessions() == STAYING + ROAMING, () -> openSessions() + " " + when);
    System.out.printf(
        "the view of %d sessions was complete %s in %d ms%n",
        STAYING + ROAMING, when, (System.nanoTime() - start) / 1_000_000);
  }

  private long openSessions() {
    long[] open = new long[1];
    inRedis(commands -> {
      ScanArgs sessions = ScanArgs.Builder.matches("sluice:session:*").limit(1_000);
      KeyScanCursor<String> cursor = commands.scan(ScanCursor.INITIAL, sessions);
      while (true) {
        open[0] +=
            cursor.getKeys().stream().filter(key -> commands.hget(key, "closed") == null).count();
        if (cursor.isFinished()) {
          return;
        }
        cursor = commands.scan(cursor, sessions);
      }
    });
    return open[0];
  }

  private void inRedis(Consumer<RedisCommands<String, String>> what) {
    try (var connection = client.connect()) {
      what.accept(connection.sync());
    }
  }
}
