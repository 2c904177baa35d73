package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Every command of `deploy/examples/README.md` does what the page says. A cell of the printed
/// table that was not tried names what the machine lacks.
@Tag("full")
@Timeout(600)
@ExtendWith(Sluice.class)
@TestMethodOrder(MethodOrderer.DisplayName.class)
final class ExamplesTest {
  private static final String NAME = ExamplesTest.class.getSimpleName();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /// Fetching SDKs, and compiling.
  private static final Duration PREPARING = Duration.ofMinutes(4);

  private static final String READY = "Get ready";
  private static final String SUBSCRIBE = "Subscribe";
  private static final String PRODUCE = "Produce";
  private static final String TOKEN = "Token endpoint";
  private static final String FOLLOW = "Follow";

  /// What each section of the page needs.
  private static final Map<String, String[]> NEEDS =
      Map.of(
          "Browser", new String[] {"node", "npm"},
          "JavaScript", new String[] {"node", "npm"},
          "Java", new String[] {"java", "mvn"},
          "Python", new String[] {"python3"},
          "Go", new String[] {"go"},
          "Shell", new String[] {"curl", "kcat"},
          "Who is here", new String[] {"python3"},
          "State of your own", new String[] {"node", "npm", "python3"});

  private static final Matrix matrix = new Matrix("examples");

  private static RunningUp up;
  private static Examples examples;

  @BeforeAll
  static void start(@TempDir Path data) throws Exception {
    up = RunningUp.start(NAME, RunningUp.Ports.free(1), 1, "--data", data.toString());
    examples = new Examples(NAME, up, data);
  }

  @AfterAll
  static void stop() throws Exception {
    try (RunningUp running = up) {
      System.out.println(matrix);
      running.stop();
    }
  }

  @Test
  void noSectionOfThePageIsForgotten() {
    assertThat(examples.all())
        .hasSizeGreaterThan(15)
        .allMatch(example -> NEEDS.containsKey(example.substring(0, example.indexOf('/'))))
        .allMatch(example ->
            List.of(READY, SUBSCRIBE, PRODUCE, TOKEN, FOLLOW, StateExample.SERVICE)
                .contains(example.substring(example.indexOf('/') + 1)));
  }

  @Test
  void thePagesInTheBrowserHear() throws Exception {
    if (isReady("Browser")) {
      matrix.failed(SUBSCRIBE, "Browser"); // until it is done
      matrix.fill("Browser", "the page has none for this language");
      try (RunningCommand endpoint = examples.start("Browser/" + TOKEN)) {
        BrowserExample.hears(up, endpoint, LIMIT);
        BrowserExample.hearsWithoutSdk(up);
        matrix.ok(SUBSCRIBE, "Browser");
      }
    }
  }

  @Test
  void aStateIsLoadedAndFollowedWithoutAGap() throws Exception {
    String section = StateExample.SECTION;
    if (isReady(section)) {
      matrix.failed(SUBSCRIBE, section); // until it is done
      matrix.failed(PRODUCE, section);
      matrix.fill(section, "the page has none for this language");
      try (StateExample example = new StateExample(examples, up.runFile().kafka())) {
        example.isFollowedWithoutAGap();
        example.isLoadedAgainWhenTheLogIsAnother();
        matrix.ok(SUBSCRIBE, section);
        example.showsWhatIsProduced();
        matrix.ok(PRODUCE, section);
      }
    }
  }

  @Test
  void aServiceHearsWhoComesAndGoes() throws Exception {
    String section = "Who is here";
    if (isReady(section)) {
      matrix.failed(SUBSCRIBE, section); // until it is done
      matrix.fill(section, "the page has none for this language");
      try (RunningCommand service = examples.start(section + "/" + FOLLOW)) {
        service.awaitErr(LIMIT, line -> line.startsWith("following"));
        try (RunningCommand client = up.startSluice("subscribe", "news")) {
          client.awaitErr(LIMIT, line -> line.startsWith("news: subscribed"));
          service.awaitOut(
              LIMIT, line -> line.matches("\\{\"user\": \"[^\"]+\", \"connections\": 1}"));
        }
        service.awaitOut(LIMIT, line -> line.contains("\"connections\": 0"));
        matrix.ok(SUBSCRIBE, section);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"JavaScript", "Java", "Python", "Go", "Shell"})
  void whatIsThereForALanguageDoesAsThePageSays(String language) throws Exception {
    if (isReady(language)) {
      subscribe(language);
      produce(language);
      token(language);
    }
  }

  private static boolean isReady(String language) throws Exception {
    String[] needs = Objects.requireNonNull(NEEDS.get(language), language);
    if (!Examples.haveAll(needs)) {
      for (String what : List.of(SUBSCRIBE, PRODUCE, TOKEN)) {
        matrix.skipped(what, language, "this machine lacks one of: " + String.join(", ", needs));
      }
      return false;
    }
    if (examples.has(language + "/" + READY)) {
      try (RunningCommand ready = examples.start(language + "/" + READY)) {
        assertThat(ready.awaitExit(PREPARING)).as(ready::toString).isZero();
      }
    }
    return true;
  }

  /// The command, or nothing where the page has none; then the table says so.
  private static Optional<String> example(String language, String what) {
    String example = language + "/" + what;
    if (examples.has(example)) {
      matrix.failed(what, language); // until it is done
      return Optional.of(example);
    }
    matrix.skipped(what, language, "the page has none for this language");
    return Optional.empty();
  }

  private static void subscribe(String language) throws Exception {
    Optional<String> example = example(language, SUBSCRIBE);
    if (example.isEmpty()) {
      return;
    }
    try (RunningCommand subscriber = examples.start(example.get())) {
      Eventually.so(LIMIT, () -> hasSubscribed(subscriber), subscriber::toString);
      String told = "record for " + language;
      produce("news", "{\"told\":\"" + told + "\"}");
      subscriber.awaitOut(LIMIT, line -> line.contains(told));
      matrix.ok(SUBSCRIBE, language);
    }
  }

  private static boolean hasSubscribed(RunningCommand subscriber) {
    return subscriber.err().stream().anyMatch(line -> line.startsWith("subscribed"))
        || subscriber.out().stream().anyMatch(line -> line.contains("\"connect\":{"));
  }

  private static void produce(String key, String json) throws Exception {
    try (KafkaProducer<String, String> service = NumberedRecords.producer(up.runFile().kafka())) {
      service.send(new ProducerRecord<>("sluice.default", key, json)).get();
    }
  }

  private static void produce(String language) throws Exception {
    Optional<String> example = example(language, PRODUCE);
    if (example.isEmpty()) {
      return;
    }
    try (RunningCommand subscriber = up.startSluice("subscribe", "news")) {
      subscriber.awaitErr(LIMIT, line -> line.startsWith("news: subscribed"));
      try (RunningCommand producer = examples.start(example.get())) {
        assertThat(producer.awaitExit(LIMIT)).as(producer::toString).isZero();
      }
      subscriber.awaitOut(LIMIT, line -> line.contains("{\"from\":\""));
      matrix.ok(PRODUCE, language);
    }
  }

  private static void token(String language) throws Exception {
    Optional<String> example = example(language, TOKEN);
    if (example.isEmpty()) {
      return;
    }
    try (RunningCommand endpoint = examples.start(example.get());
        HttpClient http = HttpClient.newHttpClient()) {
      URI address = URI.create(endpoint.awaitOut(LIMIT, line -> line.startsWith("http://")));
      HttpResponse<String> answer = post(http, address.resolve("/token"));
      assertThat(answer.statusCode()).isEqualTo(200);
      assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/json");
      assertThat(answer.body().strip()).matches("\\{\"token\": ?\"[\\w-]+\\.[\\w-]+\\.[\\w-]+\"}");
      String token = answer.body().replaceAll(".*\"token\": ?\"([^\"]+)\".*\\s*", "$1");
      assertThat(firstLine(http, token)).contains("\"connect\":{").contains("\"ttl\":");
      matrix.ok(TOKEN, language);
    }
  }

  private static HttpResponse<String> post(HttpClient http, URI address)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(address).POST(HttpRequest.BodyPublishers.noBody()).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /// What a node says first to who has this token.
  private static String firstLine(HttpClient http, String token) throws Exception {
    URI address =
        URI.create(
            "http://%s/connection/uni_http_stream?channels=news"
                .formatted(up.node().edge().getAuthority()));
    HttpRequest request =
        HttpRequest.newBuilder(address).header("Authorization", "Bearer " + token).build();
    try (var lines = http.send(request, HttpResponse.BodyHandlers.ofLines()).body()) {
      return lines.findFirst().orElse("nothing");
    }
  }
}
