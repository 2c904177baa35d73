package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.JsonNode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.broker.NodeInfo;
import io.sluice.embedded.CollectedSpan;
import io.sluice.gateway.TracedNode.Elsewhere;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.logs.AccessLog;
import io.sluice.gateway.logs.WrittenLines;
import io.sluice.gateway.telemetry.Tracing;
import io.sluice.session.SessionStore;
import io.sluice.session.SessionStoreSettings;
import io.sluice.session.SessionStores;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// Over HTTP; and what is the same however spans are sent: the trace that the document shows, what
/// begins with the node itself, and the lines of what is traced.
final class TracingTest extends TracingCases {
  private static final Path PAGE =
      Path.of(System.getProperty("sluice.root"), "deploy/docs/tracing.md");

  private static final String HEADING = "\n## One trace\n";
  private static final String FENCE = "\n```\n";

  /// What the command below sets.
  private static final String WRITE = "tracing.write";

  private static final String COMMAND =
      "mvn -q -pl gateway -am test -Dtest=TracingTest -Dsurefire.failIfNoSpecifiedTests=false -Dtracing.write=true";

  TracingTest() throws Exception {
    super(OtlpProtocol.HTTP_PROTOBUF);
  }

  /// A producer's span as its service tells its collector.
  private CollectedSpan produced(Elsewhere producer, long start, long end) {
    return new CollectedSpan(
        "send " + on.topic(),
        "producer",
        producer.trace(),
        producer.span(),
        "",
        List.of(),
        Map.of(
            "messaging.system",
            "kafka",
            "messaging.operation.name",
            "send",
            "messaging.operation.type",
            "send",
            "messaging.destination.name",
            on.topic()),
        Map.of("service.name", "shop"),
        false,
        start,
        end);
  }

  private static long now() {
    return ChronoUnit.NANOS.between(Instant.EPOCH, Instant.now());
  }

  private String listing() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    try (TestClient client = subscribed(on.node(), "shown")) {
      long start = now();
      var _ = on.produce("shown", producer.sampled());
      List<CollectedSpan> spans = new ArrayList<>();
      spans.add(produced(producer, start, now()));
      String told = traceparent(client.publication("shown"));
      spans.addAll(on.collector().of(producer.trace(), 2));
      String listing = TraceListing.of(spans, told);
      assertThat(listing)
          .as("the producer, what the node did, and what a client was given")
          .contains("tags.traceparent=00-" + producer.trace())
          .contains("link to " + producer.span().substring(0, 8));
      return listing;
    }
  }

  @Test
  void theDocumentShowsATraceAsItIs() throws Exception {
    String listing = listing();
    String page = Files.readString(PAGE);
    int heading = page.indexOf(HEADING);
    int from = page.indexOf(FENCE, heading) + FENCE.length();
    int to = page.indexOf(FENCE, from) + 1;
    assertThat(List.of(heading, from - FENCE.length(), to - 1))
        .as("the heading %s and the text between two lines ``` in %s", HEADING, PAGE)
        .allMatch(place -> place > 0);
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, page.substring(0, from) + listing + page.substring(to));
    } else {
      assertThat(TraceListing.normalised(page.substring(from, to)))
          .as("%s shows no trace as it is now; write it anew by:%n  %s", PAGE, COMMAND)
          .isEqualTo(TraceListing.normalised(listing));
    }
  }

  private static void session(TestClient client, String name) throws Exception {
    client.command(
        "connect",
        "{\"token\":\"%s\",\"data\":{\"session\":\"%s\"}}".formatted(TestStack.token("ann"), name));
  }

  private void aTraceOfItsOwn(String operation, String node) {
    CollectedSpan call =
        on.collector()
            .first(span ->
                span.name().equals(operation)
                    && node.equals(span.resource().get("service.instance.id")));
    assertThat(call.kind()).isEqualTo("client");
    assertThat(call.parent()).isEmpty();
    assertThat(call.failed()).isFalse();
    assertThat(call.attributes())
        .containsEntry("db.system.name", "redis")
        .containsEntry("db.operation.name", operation)
        .doesNotContainKey("db.operation.batch.size");
    assertThat(on.collector().of(call.trace())).hasSize(1);
  }

  /// Which nobody waits for, so nobody's span is there to be below.
  @Test
  void whatANodeWritesDownOfSessionsByItselfBeginsTracesWhereItSamples() throws Exception {
    try (Gateway sampling = on.sampling();
        TestClient unsampled = TestClient.silent(on.node());
        TestClient client = TestClient.silent(sampling)) {
      session(unsampled, "unsampled");
      session(client, "written-down");
      aTraceOfItsOwn("sessions.checkpoint", on.id("1"));
      unsampled.cut();
      client.cut();
      aTraceOfItsOwn("sessions.close", on.id("1"));
    }
    assertThat(on.collector().all())
        .filteredOn(span -> span.name().startsWith("sessions."))
        .extracting(span -> span.resource().get("service.instance.id"))
        .doesNotContain(on.id("0"));
  }

  @Test
  void theSweepOfADeadNodesSessionsBeginsATrace() {
    SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    try (Tracing tracing =
            Tracing.open(
                new TracingConfig(on.collector().endpoint(), OtlpProtocol.HTTP_PROTOBUF, 1, 100),
                "sweeping",
                "1",
                metrics);
        SessionStore store =
            tracing.sessions(
                SessionStores.open(SessionStoreSettings.of(TestStack.redis().uri()), metrics))) {
      new Sweeper(List::of, store, Runnable::run)
          .died(
              new NodeInfo("dead", Instant.EPOCH, "ws://dead", "http://dead", "1"), Instant.now());
      aTraceOfItsOwn("sessions.sweep", "sweeping");
    }
  }

  @Test
  void theLinesOfATracedRequestNameItsSpanAndThoseOfOthersNone() throws Exception {
    Elsewhere caller = Elsewhere.anew();
    try (WrittenLines lines = new WrittenLines(AccessLog.NAME, Level.INFO)) {
      assertThat(post(on.node(), "/api/none", "{}", "traceparent", caller.sampled()).statusCode())
          .isEqualTo(404);
      assertThat(post(on.node(), "/api/nor", "{}", "traceparent", caller.unsampled()).statusCode())
          .isEqualTo(404);
      JsonNode traced = lines.first(line -> line.path("path").asText().equals("/api/none"));
      JsonNode untraced = lines.first(line -> line.path("path").asText().equals("/api/nor"));
      CollectedSpan request = on.collector().of(caller.trace(), 1).getFirst();
      assertThat(traced.path("traceId").asText()).isEqualTo(caller.trace());
      assertThat(traced.path("spanId").asText()).isEqualTo(request.id());
      assertThat(untraced.has("traceId") || untraced.has("spanId")).isFalse();
    }
  }

  /// On an event loop, which everybody's lines are written on.
  @Test
  void theLineOfARefusedConnectNamesItsSpanAndLaterOnesNone() throws Exception {
    try (Gateway sampling = on.sampling();
        TestClient client = TestClient.silent(sampling);
        WrittenLines lines = new WrittenLines("io.sluice.gateway.edge", Level.DEBUG)) {
      session(client, "");
      JsonNode refused =
          lines.first(line -> line.path("message").asText().equals("session refused"));
      CollectedSpan connect =
          on.collector().first(span -> span.attribute("error.type").equals("103"));
      assertThat(refused.path("traceId").asText()).isEqualTo(connect.trace());
      assertThat(refused.path("spanId").asText()).isEqualTo(connect.id());

      client.send("no command");
      JsonNode ended =
          lines.first(line -> line.path("message").asText().equals("connection ended"));
      assertThat(ended.path("clientId").asText()).isEqualTo(refused.path("clientId").asText());
      assertThat(ended.path("thread").asText()).isEqualTo(refused.path("thread").asText());
      assertThat(ended.has("traceId")).isFalse();
    }
  }
}
