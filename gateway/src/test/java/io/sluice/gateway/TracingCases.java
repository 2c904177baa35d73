package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.metrics.v1.HistogramDataPoint;
import io.opentelemetry.proto.metrics.v1.Metric;
import io.sluice.embedded.CollectedSpan;
import io.sluice.gateway.TracedNode.Elsewhere;
import io.sluice.gateway.config.OtlpProtocol;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/// Traces from a producer or a caller to clients, as a collector is given them.
@TestInstance(Lifecycle.PER_CLASS)
abstract class TracingCases {
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final OtlpProtocol protocol;
  final TracedNode on;

  TracingCases(OtlpProtocol protocol) throws Exception {
    this.protocol = protocol;
    on = TracedNode.start(protocol);
  }

  @AfterAll
  void stop() {
    on.close();
  }

  static TestClient subscribed(Gateway at, String channel) throws Exception {
    TestClient client = TestClient.connected(at, "ann");
    client.subscribe(channel);
    return client;
  }

  static String traceparent(JsonNode publication) {
    return publication.path("tags").path("traceparent").asText();
  }

  private static HttpResponse<String> publish(Gateway at, String body, String... headers)
      throws Exception {
    return post(at, "/api/publish", body, headers);
  }

  static HttpResponse<String> post(Gateway at, String path, String body, String... headers)
      throws Exception {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + at.apiPort() + path))
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
        clients.add(subscribed(on.node(), "traced"));
      }
      RecordMetadata record = on.produce("traced", producer.sampled());
      List<String> tags = new ArrayList<>();
      for (TestClient client : clients) {
        tags.add(traceparent(client.publication("traced")));
      }
      List<CollectedSpan> spans = on.collector().of(producer.trace(), 2);

      CollectedSpan process = named(spans, "process " + on.topic());
      assertThat(process.kind()).isEqualTo("consumer");
      assertThat(process.parent()).isEqualTo(producer.span());
      assertThat(process.links()).containsExactly(producer.link());
      assertThat(process.failed()).isFalse();
      assertThat(process.attributes())
          .containsEntry("messaging.system", "kafka")
          .containsEntry("messaging.operation.name", "process")
          .containsEntry("messaging.operation.type", "process")
          .containsEntry("messaging.destination.name", on.topic())
          .containsEntry("messaging.destination.partition.id", "" + record.partition())
          .containsEntry("messaging.kafka.offset", "" + record.offset())
          .containsEntry("messaging.kafka.message.key", "traced")
          .containsEntry("messaging.message.body.size", "7");
      assertThat(process.resource())
          .containsEntry("service.name", "sluice")
          .containsEntry("service.instance.id", on.id("0"))
          .containsEntry("service.version", Version.CURRENT);

      CollectedSpan fanOut = named(spans, "fan-out " + on.topic());
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
  private void noMoreThan(int count, Elsewhere trace) throws Exception {
    Elsewhere later = Elsewhere.anew();
    var _ = on.produce("later", later.sampled());
    assertThat(on.collector().of(later.trace(), 2)).hasSize(2);
    assertThat(on.collector().of(trace.trace())).hasSize(count);
  }

  private void exemplarOf(CollectedSpan fanOut) throws Exception {
    String page = on.probe().get("/metrics", "Accept: application/openmetrics-text; version=1.0.0");
    assertThat(page.lines())
        .anyMatch(line ->
            line.startsWith("sluice_delivery_latency_seconds_bucket{namespace=\"default\"")
                && line.contains("trace_id=\"" + fanOut.trace() + "\"")
                && line.contains("span_id=\"" + fanOut.id() + "\""));
    assertThat(on.probe().get("/metrics")).doesNotContain("trace_id");
  }

  @Test
  void aPublishOfACallerIsOneTraceFromItsRequestToTheClients() throws Exception {
    Elsewhere caller = Elsewhere.anew();
    try (TestClient client = subscribed(on.node(), "asked")) {
      HttpResponse<String> answer =
          publish(
              on.node(),
              "{\"channel\":\"asked\",\"data\":{},\"idempotency_key\":\"%s\"}"
                  .formatted(caller.trace()),
              "traceparent",
              caller.sampled());
      assertThat(answer.statusCode()).isEqualTo(200);
      long offset = TestClient.parse(answer.body()).path("result").path("offset").asLong();
      String tag = traceparent(client.publication("asked"));
      List<CollectedSpan> spans = on.collector().of(caller.trace(), 6);

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
      CollectedSpan send = named(spans, "send " + on.topic());
      assertThat(send.kind()).isEqualTo("producer");
      assertThat(send.parent()).isEqualTo(request.id());
      assertThat(send.attributes())
          .containsEntry("messaging.operation.type", "send")
          .containsEntry("messaging.destination.name", on.topic())
          .containsEntry("messaging.kafka.offset", "" + (offset - 1));
      CollectedSpan process = named(spans, "process " + on.topic());
      assertThat(process.parent()).isEqualTo(send.id());
      assertThat(process.links()).containsExactly(send.trace() + "-" + send.id());
      CollectedSpan fanOut = named(spans, "fan-out " + on.topic());
      assertThat(fanOut.parent()).isEqualTo(process.id());
      assertThat(tag).matches(fanOut::isNamedBy);
      assertThat(spans).hasSize(6);
    }
  }

  @Test
  void whatIsNotSampledIsNotTracedAndItsTraceparentIsPassedOn() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    Elsewhere caller = Elsewhere.anew();
    try (TestClient client = subscribed(on.node(), "unsampled")) {
      var _ = on.produce("unsampled", producer.unsampled());
      assertThat(traceparent(client.publication("unsampled"))).isEqualTo(producer.unsampled());

      String body = "{\"channel\":\"unsampled\",\"data\":{}}";
      assertThat(publish(on.node(), body, "traceparent", caller.unsampled()).statusCode())
          .isEqualTo(200);
      assertThat(traceparent(client.publication("unsampled"))).isEqualTo(caller.unsampled());

      assertThat(publish(on.node(), body).statusCode()).isEqualTo(200);
      assertThat(client.publication("unsampled").path("tags").has("traceparent")).isFalse();

      var _ = on.produce("unsampled", "no traceparent at all");
      assertThat(traceparent(client.publication("unsampled"))).isEqualTo("no traceparent at all");
    }
    noMoreThan(0, producer);
    assertThat(on.collector().of(caller.trace())).isEmpty();
    assertThat(on.collector().all())
        .filteredOn(span -> on.id("0").equals(span.resource().get("service.instance.id")))
        .noneMatch(span -> span.parent().isEmpty());
  }

  @Test
  void aClientsPublishBeginsATraceWhereTheNodeSamples() throws Exception {
    Elsewhere past = Elsewhere.anew();
    var _ = on.produce("spoken", past.sampled());
    assertThat(on.collector().of(past.trace(), 2)).hasSize(2);
    try (Gateway sampling = on.sampling();
        TestClient client = subscribed(sampling, "spoken")) {
      client.command("publish", "{\"channel\":\"spoken\",\"data\":{}}");
      String tag = traceparent(client.publication("spoken"));
      // send, and process and fan-out of both nodes, which read the same record
      List<CollectedSpan> spans = on.collector().of(tag.split("-", -1)[1], 5);

      CollectedSpan send = named(spans, "send " + on.topic());
      assertThat(send.parent()).isEmpty();
      assertThat(send.resource()).containsEntry("service.instance.id", on.id("1"));
      List<CollectedSpan> fanOuts =
          spans.stream().filter(span -> span.name().equals("fan-out " + on.topic())).toList();
      assertThat(fanOuts)
          .extracting(span ->
              span.resource().get("service.instance.id")
                  + " "
                  + span.attribute("sluice.subscriptions"))
          .containsExactlyInAnyOrder(on.id("0") + " 0", on.id("1") + " 1");
      assertThat(fanOuts)
          .as("each node tells its own")
          .filteredOn(span -> span.isNamedBy(tag))
          .extracting(span -> span.resource().get("service.instance.id"))
          .containsExactly(on.id("1"));
    }
    assertThat(on.collector().of(past.trace()))
        .as("the node that came later has read it")
        .hasSize(2);
  }

  @Test
  void aConnectBeginsATraceWithItsSessionWhereTheNodeSamples() throws Exception {
    TestClient.connected(on.node(), "ann").close();
    try (Gateway sampling = on.sampling();
        TestClient client = TestClient.silent(sampling);
        TestClient stranger = TestClient.silent(sampling)) {
      client.command(
          "connect",
          "{\"token\":\"%s\",\"data\":{\"session\":\"traced\"}}".formatted(TestStack.token("ann")));
      stranger.send("{\"id\":1,\"connect\":{\"token\":\"no token\"}}");

      CollectedSpan session = on.collector().first(span -> span.name().equals("sessions.open"));
      CollectedSpan answered = named(on.collector().of(session.trace(), 2), "connect");
      assertThat(answered.kind()).isEqualTo("server");
      assertThat(answered.parent()).isEmpty();
      assertThat(answered.failed()).isFalse();
      assertThat(answered.attributes())
          .containsEntry("sluice.transport", "websocket")
          .doesNotContainKey("error.type");
      assertThat(session.parent()).isEqualTo(answered.id());
      assertThat(session.attributes()).containsEntry("db.system.name", "redis");
      assertThat(session.end()).isLessThanOrEqualTo(answered.end());

      CollectedSpan refused =
          on.collector().first(span -> span.attribute("error.type").equals("invalid-token"));
      assertThat(refused.name()).isEqualTo("connect");
      assertThat(refused.failed()).as("it is the client's fault").isFalse();
    }
    assertThat(on.collector().all())
        .filteredOn(span -> on.id("0").equals(span.resource().get("service.instance.id")))
        .extracting(CollectedSpan::name)
        .doesNotContain("connect");
  }

  @Test
  void metricsAreSentAsTheyAreShown() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    try (TestClient client = subscribed(on.node(), "measured")) {
      var _ = on.produce("measured", producer.sampled());
      client.publication("measured");
      await()
          .untilAsserted(() -> {
            Metric latency = on.collector().metric("sluice_delivery_latency_seconds");
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
    assertThat(on.collector().metric("sluice_traces_spans").getSum())
        .satisfies(sum -> {
          assertThat(sum.getIsMonotonic()).isTrue();
          assertThat(sum.getDataPointsList()).hasSize(3);
        });
    assertThat(on.collector().metric("sluice_ready").getGauge().getDataPoints(0).getAsDouble())
        .isEqualTo(1);
    assertThat(
            on.collector().metric("sluice_api_requests_seconds").getSummary().getDataPointsCount())
        .isPositive();
    assertThat(on.collector().metric("sluice_ready").getDescription()).isNotBlank();
    assertThat(on.collector().metric("sluice_ready").getUnit()).isEmpty();
    assertThat(on.collector().metric("sluice_delivery_latency_seconds").getUnit()).isEqualTo("s");
  }

  /// Nobody waits for a collector.
  @Test
  @Tag("full")
  void aCollectorThatIsAwayHoldsNothingUp() throws Exception {
    Elsewhere producer = Elsewhere.anew();
    try (Gateway alone = TracedNode.sampling(protocol, "http://127.0.0.1:1");
        TestClient client = subscribed(alone, "alone")) {
      EdgeProbe its = new EdgeProbe(alone.apiPort());
      var _ = on.produce("alone", producer.sampled());
      assertThat(traceparent(client.publication("alone"))).contains(producer.trace());
      await()
          .untilAsserted(() ->
              assertThat(its.metric("sluice_traces_spans_total{outcome=\"failed\"}")).isPositive());
      assertThat(its.metric("sluice_traces_spans_total{outcome=\"exported\"}")).isZero();
    }
  }
}
