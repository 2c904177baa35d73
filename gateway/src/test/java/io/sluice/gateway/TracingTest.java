package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.embedded.CollectedSpan;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Traces from a producer or a caller to clients, as a collector is given them.
final class TracingTest {
  private static final Logger log = LoggerFactory.getLogger(TracingTest.class);
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final String TOPIC = "tracing.default";

  private static OtlpReceiver collector;
  private static Gateway node;
  private static EdgeProbe probe;

  /// Nothing is sampled that callers or producers have not sampled.
  @BeforeAll
  static void start() throws Exception {
    collector = new OtlpReceiver();
    node = TestStack.node("tracing", tracing("0"));
    probe = new EdgeProbe(node.apiPort());
  }

  @AfterAll
  static void stop() {
    node.close();
    collector.close();
  }

  private static Map<String, String> tracing(String sample) {
    return Map.of(
        "node.id",
        "node-" + sample,
        "tracing.endpoint",
        collector.endpoint(),
        "tracing.sample",
        sample,
        "metrics.otlp-endpoint",
        sample.equals("0") ? collector.endpoint() : "",
        "metrics.otlp-interval",
        "1s");
  }

  /// Somebody's span, somewhere else.
  private record Elsewhere(String trace, String span) {
    static Elsewhere anew() {
      return new Elsewhere(hex(16), hex(8));
    }

    private static String hex(int bytes) {
      byte[] random = new byte[bytes];
      ThreadLocalRandom.current().nextBytes(random);
      random[0] = 1; // all zeros would be none
      return HexFormat.of().formatHex(random);
    }

    String sampled() {
      return "00-" + trace + "-" + span + "-01";
    }

    String unsampled() {
      return "00-" + trace + "-" + span + "-00";
    }

    String link() {
      return trace + "-" + span;
    }
  }

  private static RecordMetadata produce(String key, String traceparent) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(TOPIC, TestStack.bytes(key), TestStack.bytes("{\"n\":1}"));
    record.headers().add("traceparent", TestStack.bytes(traceparent));
    return TestStack.produce(record);
  }

  private static TestClient subscribed(Gateway at, String channel) throws Exception {
    TestClient client = TestClient.connected(at, "ann");
    client.subscribe(channel);
    return client;
  }

  private static String traceparent(JsonNode publication) {
    return publication.path("tags").path("traceparent").asText();
  }

  private static HttpResponse<String> publish(Gateway at, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.apiPort() + "/api/publish"))
            .header("X-API-Key", TestStack.API_KEY)
            .POST(HttpRequest.BodyPublishers.ofString(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private static CollectedSpan named(List<CollectedSpan> spans, String name) {
    return spans.stream().filter(span -> span.name().equals(name)).findFirst().orElseThrow();
  }

  @Test
  void aProducersTraceGoesThroughTheNodeToItsClientsWithOneSpanForAllOfThem() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    List<TestClient> clients = new ArrayList<>();
    try {
      for (int i = 0; i < 5; i++) {
        clients.add(subscribed(node, "traced"));
      }
      RecordMetadata record = produce("traced", producer.sampled());
      List<String> tags = new ArrayList<>();
      for (TestClient client : clients) {
        tags.add(traceparent(client.publication("traced")));
      }
      List<CollectedSpan> spans = collector.of(producer.trace(), 2);

      CollectedSpan process = named(spans, "process " + TOPIC);
      assertThat(process.kind()).isEqualTo("consumer");
      assertThat(process.parent()).isEqualTo(producer.span());
      assertThat(process.links()).containsExactly(producer.link());
      assertThat(process.failed()).isFalse();
      assertThat(process.attributes())
          .containsEntry("messaging.system", "kafka")
          .containsEntry("messaging.operation.name", "process")
          .containsEntry("messaging.operation.type", "process")
          .containsEntry("messaging.destination.name", TOPIC)
          .containsEntry("messaging.destination.partition.id", "" + record.partition())
          .containsEntry("messaging.kafka.offset", "" + record.offset())
          .containsEntry("messaging.kafka.message.key", "traced")
          .containsEntry("messaging.message.body.size", "7");
      assertThat(process.resource())
          .containsEntry("service.name", "sluice")
          .containsEntry("service.instance.id", "node-0")
          .containsEntry("service.version", Version.CURRENT);

      CollectedSpan fanOut = named(spans, "fan-out " + TOPIC);
      assertThat(fanOut.kind()).isEqualTo("internal");
      assertThat(fanOut.parent()).isEqualTo(process.id());
      assertThat(fanOut.links()).containsExactly(producer.link());
      assertThat(fanOut.failed()).isFalse();
      assertThat(fanOut.attribute("sluice.subscriptions")).isEqualTo("5");
      assertThat(fanOut.end()).isGreaterThanOrEqualTo(process.end());
      assertThat(tags).hasSize(5).allMatch(fanOut::isNamedBy);

      noMoreThan(2, producer);
      exemplarOf(fanOut);
    } finally {
      clients.forEach(TestClient::close);
    }
  }

  /// What is produced later comes later.
  private static void noMoreThan(int count, Elsewhere trace) throws Exception {
    Elsewhere later = Elsewhere.anew();
    var _ = produce("later", later.sampled());
    assertThat(collector.of(later.trace(), 2)).hasSize(2);
    assertThat(collector.of(trace.trace())).hasSize(count);
  }

  private static void exemplarOf(CollectedSpan fanOut) throws Exception {
    String page = probe.get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");
    assertThat(page.lines())
        .anyMatch(line ->
            line.startsWith("sluice_delivery_latency_seconds_bucket{namespace=\"default\"")
                && line.contains("trace_id=\"" + fanOut.trace() + "\"")
                && line.contains("span_id=\"" + fanOut.id() + "\""));
    assertThat(probe.get("/metrics")).doesNotContain("trace_id");
  }

  @Test
  void aPublishOfACallerIsOneTraceFromItsRequestToTheClients() throws Exception {
    Elsewhere caller = Elsewhere.anew();
    try (TestClient client = subscribed(node, "asked")) {
      HttpResponse<String> answer =
          publish(
              node,
              "{\"channel\":\"asked\",\"data\":{},\"idempotency_key\":\"%s\"}"
                  .formatted(caller.trace()),
              "traceparent",
              caller.sampled());
      assertThat(answer.statusCode()).isEqualTo(200);
      long offset = TestClient.parse(answer.body()).path("result").path("offset").asLong();
      String tag = traceparent(client.publication("asked"));
      List<CollectedSpan> spans = collector.of(caller.trace(), 6);

      CollectedSpan request = named(spans, "POST /api/publish");
      assertThat(request.kind()).isEqualTo("server");
      assertThat(request.parent()).isEqualTo(caller.span());
      assertThat(request.attributes())
          .containsEntry("http.request.method", "POST")
          .containsEntry("http.route", "/api/publish")
          .containsEntry("http.response.status_code", "200");
      for (String operation : List.of("idempotency.claim", "idempotency.settle")) {
        CollectedSpan call = named(spans, operation);
        assertThat(call.kind()).isEqualTo("client");
        assertThat(call.parent()).isEqualTo(request.id());
        assertThat(call.attributes())
            .containsEntry("db.system.name", "redis")
            .containsEntry("db.operation.name", operation);
      }
      CollectedSpan send = named(spans, "send " + TOPIC);
      assertThat(send.kind()).isEqualTo("producer");
      assertThat(send.parent()).isEqualTo(request.id());
      assertThat(send.attributes())
          .containsEntry("messaging.operation.type", "send")
          .containsEntry("messaging.destination.name", TOPIC)
          .containsEntry("messaging.kafka.offset", "" + (offset - 1));
      CollectedSpan process = named(spans, "process " + TOPIC);
      assertThat(process.parent()).isEqualTo(send.id());
      assertThat(process.links()).containsExactly(send.trace() + "-" + send.id());
      CollectedSpan fanOut = named(spans, "fan-out " + TOPIC);
      assertThat(fanOut.parent()).isEqualTo(process.id());
      assertThat(tag).matches(fanOut::isNamedBy);
      assertThat(spans).hasSize(6);
      log.info("one trace\n{}", TraceListing.of(spans));
    }
  }

  @Test
  void whatIsNotSampledIsNotTracedAndItsTraceparentIsPassedOn() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    Elsewhere caller = Elsewhere.anew();
    try (TestClient client = subscribed(node, "unsampled")) {
      var _ = produce("unsampled", producer.unsampled());
      assertThat(traceparent(client.publication("unsampled"))).isEqualTo(producer.unsampled());

      String body = "{\"channel\":\"unsampled\",\"data\":{}}";
      assertThat(publish(node, body, "traceparent", caller.unsampled()).statusCode())
          .isEqualTo(200);
      assertThat(traceparent(client.publication("unsampled"))).isEqualTo(caller.unsampled());

      assertThat(publish(node, body).statusCode()).isEqualTo(200);
      assertThat(client.publication("unsampled").path("tags").has("traceparent")).isFalse();

      var _ = produce("unsampled", "no traceparent at all");
      assertThat(traceparent(client.publication("unsampled"))).isEqualTo("no traceparent at all");
    }
    noMoreThan(0, producer);
    assertThat(collector.of(caller.trace())).isEmpty();
    assertThat(collector.all())
        .filteredOn(span -> "node-0".equals(span.resource().get("service.instance.id")))
        .noneMatch(span -> span.parent().isEmpty());
  }

  @Test
  void aClientsPublishBeginsATraceWhereTheNodeSamples() throws Exception {
    Elsewhere past = Elsewhere.anew();
    var _ = produce("spoken", past.sampled());
    assertThat(collector.of(past.trace(), 2)).hasSize(2);
    try (Gateway sampling = TestStack.node("tracing", tracing("1"));
        TestClient client = subscribed(sampling, "spoken")) {
      client.command("publish", "{\"channel\":\"spoken\",\"data\":{}}");
      String tag = traceparent(client.publication("spoken"));
      // send, and process and fan-out of both nodes, which read the same record
      List<CollectedSpan> spans = collector.of(tag.split("-", -1)[1], 5);

      CollectedSpan send = named(spans, "send " + TOPIC);
      assertThat(send.parent()).isEmpty();
      assertThat(send.resource()).containsEntry("service.instance.id", "node-1");
      List<CollectedSpan> fanOuts =
          spans.stream().filter(span -> span.name().equals("fan-out " + TOPIC)).toList();
      assertThat(fanOuts)
          .extracting(span ->
              span.resource().get("service.instance.id")
                  + " "
                  + span.attribute("sluice.subscriptions"))
          .containsExactlyInAnyOrder("node-0 0", "node-1 1");
      assertThat(fanOuts)
          .as("each node tells its own")
          .filteredOn(span -> span.isNamedBy(tag))
          .extracting(span -> span.resource().get("service.instance.id"))
          .containsExactly("node-1");
    }
    assertThat(collector.of(past.trace())).as("the node that came later has read it").hasSize(2);
  }

  @Test
  void metricsAreSentAsTheyAreShown() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    try (TestClient client = subscribed(node, "measured")) {
      var _ = produce("measured", producer.sampled());
      client.publication("measured");
      await()
          .untilAsserted(() -> {
            Metric latency = collector.metric("sluice_delivery_latency_seconds");
            assertThat(latency.getHistogram().getDataPointsList())
                .flatExtracting(HistogramDataPoint::getExemplarsList)
                .extracting(
                    exemplar -> HexFormat.of().formatHex(exemplar.getTraceId().toByteArray()))
                .contains(producer.trace());
            assertThat(latency.getHistogram().getDataPointsList())
                .allSatisfy(point -> assertThat(point.getBucketCountsCount()).isEqualTo(16))
                .anySatisfy(point -> assertThat(point.getCount()).isPositive());
          });
    }
    assertThat(collector.metric("sluice_traces_spans").getSum())
        .satisfies(sum -> {
          assertThat(sum.getIsMonotonic()).isTrue();
          assertThat(sum.getDataPointsList()).hasSize(3);
        });
    assertThat(collector.metric("sluice_ready").getGauge().getDataPoints(0).getAsDouble())
        .isEqualTo(1);
    assertThat(collector.metric("sluice_api_requests_seconds").getSummary().getDataPointsCount())
        .isPositive();
    assertThat(collector.metric("sluice_ready").getDescription()).isNotBlank();
  }

  /// Nobody waits for a collector.
  @Test
  @Tag("full")
  void aCollectorThatIsAwayHoldsNothingUp() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    Map<String, String> away =
        Map.of(
            "tracing.endpoint",
            "http://127.0.0.1:1",
            "tracing.sample",
            "1",
            "metrics.otlp-endpoint",
            "http://127.0.0.1:1",
            "metrics.otlp-interval",
            "1s");
    try (Gateway alone = TestStack.node("tracing", away);
        TestClient client = subscribed(alone, "alone")) {
      EdgeProbe its = new EdgeProbe(alone.apiPort());
      var _ = produce("alone", producer.sampled());
      assertThat(traceparent(client.publication("alone"))).contains(producer.trace());
      await()
          .untilAsserted(() ->
              assertThat(its.metric("sluice_traces_spans_total{outcome=\"failed\"}")).isPositive());
      assertThat(its.metric("sluice_traces_spans_total{outcome=\"exported\"}")).isZero();
    }
  }
}
