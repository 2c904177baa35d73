package io.sluice.perf.stress;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.http.client.Request;
import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import io.gatling.javaapi.core.Session;
import io.gatling.javaapi.http.HttpRequestActionBuilder;
import io.sluice.gateway.telemetry.TraceParent;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/// Services that ask the API, with time to think in between. Each publishes to a room of its own,
/// which users listen to and judge, then wants to find in the history what it has published, and
/// then to hear that somebody is there. Requests go to all nodes in turn.
final class Requests {
  private static final String PUBLISH = "api publish";
  private static final String HISTORY = "api history";
  private static final String PRESENCE = "api presence_stats";

  /// Of the requests.
  static final List<String> NAMES = List.of(PUBLISH, HISTORY, PRESENCE);

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofSeconds(3);
  private static final String SERVICE = "service";
  private static final String SEQUENCE = "sequence";

  private final StressRun run;
  private final AtomicInteger services = new AtomicInteger();
  private final AtomicInteger requests = new AtomicInteger();

  private Requests(StressRun run) {
    this.run = run;
  }

  /// As many may come as the run has rooms for, when all users are there.
  static ScenarioBuilder services(StressRun run) {
    return new Requests(run).scenarioOfServices();
  }

  private ScenarioBuilder scenarioOfServices() {
    return scenario("services")
        .exec(session -> session.set(SERVICE, services.getAndIncrement()))
        .exec(
            asLongAs(_ -> run.isPublishing())
                .on(
                    exec(this::begins),
                    exec(publish()),
                    exec(this::ends),
                    think(),
                    exec(findWhatWasPublished()),
                    think(),
                    exec(countListeners()),
                    think()));
  }

  private static ChainBuilder think() {
    return exec(session -> session).pause(LEAST, MOST);
  }

  private Session begins(Session session) {
    long sequence = run.published().services().begin(session.getInt(SERVICE));
    return session.markAsSucceeded().set(SEQUENCE, Math.toIntExact(sequence));
  }

  private HttpRequestActionBuilder publish() {
    return post(
            PUBLISH,
            session ->
                "{\"channel\":\"%s\",\"data\":{\"n\":%d,\"t\":%d}}"
                    .formatted(channel(session), session.getInt(SEQUENCE), System.nanoTime()))
        .check(jsonPath("$.result.offset").exists());
  }

  private Session ends(Session session) {
    int service = session.getInt(SERVICE);
    if (session.isFailed()) {
      run.published().services().failed(service);
    } else {
      run.published().services().acknowledged(service, session.getInt(SEQUENCE), -1);
    }
    return session;
  }

  /// Newest first. What was not acknowledged need not be there.
  private HttpRequestActionBuilder findWhatWasPublished() {
    return post(HISTORY, session -> history(channel(session)))
        .checkIf((_, session) -> !session.isFailed())
        .then(
            jsonPath("$.result.publications[0].data.n")
                .ofInt()
                .is(session -> session.getInt(SEQUENCE)))
        .check(jsonPath("$.result").exists());
  }

  /// Users are there until nothing more is published.
  private HttpRequestActionBuilder countListeners() {
    return post(PRESENCE, session -> presence(channel(session)))
        .checkIf((_, _) -> run.isPublishing())
        .then(jsonPath("$.result.num_clients").ofInt().gt(0))
        .check(jsonPath("$.result").exists());
  }

  private HttpRequestActionBuilder post(String name, Function<Session, String> body) {
    String method = name.substring(name.indexOf(' ') + 1);
    return http(name)
        .post(_ -> api().resolve("/api/" + method).toString())
        .header("X-API-Key", _ -> run.target().key())
        .sign(this::maybeTraced)
        .body(StringBody(body))
        .check(status().is(200));
  }

  /// A few begin a trace, where nodes are the run's own.
  private Request maybeTraced(Request request) {
    run.traceparent().ifPresent(it -> request.getHeaders().set(TraceParent.NAME, it));
    return request;
  }

  private URI api() {
    List<URI> all = run.target().apis();
    return all.get(Math.floorMod(requests.getAndIncrement(), all.size()));
  }

  private String channel(Session session) {
    return run.published().services().name(session.getInt(SERVICE));
  }

  /// What asks for the newest publications of a channel.
  static String history(String channel) {
    return "{\"channel\":\"%s\",\"limit\":10,\"reverse\":true}".formatted(channel);
  }

  /// What asks how many listen to a channel.
  static String presence(String channel) {
    return "{\"channel\":\"%s\"}".formatted(channel);
  }
}
