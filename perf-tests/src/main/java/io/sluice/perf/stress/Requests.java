package io.sluice.perf.stress;

import static io.gatling.javaapi.core.CoreDsl.StringBody;
import static io.gatling.javaapi.core.CoreDsl.asLongAs;
import static io.gatling.javaapi.core.CoreDsl.exec;
import static io.gatling.javaapi.core.CoreDsl.jsonPath;
import static io.gatling.javaapi.core.CoreDsl.scenario;
import static io.gatling.javaapi.http.HttpDsl.http;
import static io.gatling.javaapi.http.HttpDsl.status;

import io.gatling.javaapi.core.ChainBuilder;
import io.gatling.javaapi.core.ScenarioBuilder;
import java.time.Duration;
import java.util.List;

/// Services that ask the API, with time to think in between.
final class Requests {
  private static final String PUBLISH = "api publish";
  private static final String HISTORY = "api history";
  private static final String PRESENCE = "api presence_stats";

  /// Of the requests.
  static final List<String> NAMES = List.of(PUBLISH, HISTORY, PRESENCE);

  private static final Duration LEAST = Duration.ofSeconds(1);
  private static final Duration MOST = Duration.ofSeconds(3);

  private Requests() {}

  static ScenarioBuilder services(StressRun run) {
    String channel = "\"channel\":\"stress-service-#{userId}\"";
    return scenario("services")
        .exec(session -> session.set("userId", session.userId()))
        .exec(
            asLongAs(_ -> run.isPublishing())
                .on(
                    post(run, PUBLISH, "{" + channel + ",\"data\":{\"from\":\"stress\"}}"),
                    think(),
                    post(run, HISTORY, "{" + channel + ",\"limit\":10}"),
                    think(),
                    post(run, PRESENCE, "{" + channel + "}"),
                    think()));
  }

  private static ChainBuilder think() {
    return exec(session -> session).pause(LEAST, MOST);
  }

  private static ChainBuilder post(StressRun run, String name, String body) {
    String method = name.substring(name.indexOf(' ') + 1);
    return exec(
        http(name)
            .post(_ -> run.target().api().resolve("/api/" + method).toString())
            .header("X-API-Key", _ -> run.target().key())
            .body(StringBody(body))
            .check(status().is(200), jsonPath("$.result").exists()));
  }
}
