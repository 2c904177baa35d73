package io.sluice.gateway;

import io.sluice.gateway.config.OtlpProtocol;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// A node that traces what callers and producers have sampled and nothing else, and the collector
/// that it sends to, on topics of its own.
///
/// @param protocol how it sends
/// @param probe of its API
record TracedNode(OtlpProtocol protocol, OtlpReceiver collector, Gateway node, EdgeProbe probe)
    implements AutoCloseable {

  /// Somebody's span, somewhere else.
  record Elsewhere(String trace, String span) {
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

  static TracedNode start(OtlpProtocol protocol) throws Exception {
    OtlpReceiver collector = new OtlpReceiver(protocol);
    try {
      Gateway node =
          TestStack.node(
              topics(protocol),
              settings(
                  protocol, id(protocol, "0"), collector.endpoint(), "0", collector.endpoint()));
      return new TracedNode(protocol, collector, node, new EdgeProbe(node.apiPort()));
    } catch (StartException | RuntimeException e) {
      collector.close();
      throw e;
    }
  }

  /// Another node beside it, which traces all that begins there.
  Gateway sampling() throws StartException {
    return TestStack.node(
        topics(protocol), settings(protocol, id(protocol, "1"), collector.endpoint(), "1", ""));
  }

  /// The same, with another collector.
  static Gateway sampling(OtlpProtocol protocol, String endpoint) throws StartException {
    return TestStack.node(topics(protocol), settings(protocol, "", endpoint, "1", endpoint));
  }

  /// Of the nodes of [#start] ("0") and [#sampling] ("1").
  String id(String sample) {
    return id(protocol, sample);
  }

  private static String id(OtlpProtocol protocol, String sample) {
    return protocol.name() + "-" + sample;
  }

  private static String topics(OtlpProtocol protocol) {
    return switch (protocol) {
      case HTTP_PROTOBUF -> "tracing";
      case GRPC -> "tracing-grpc";
    };
  }

  /// Where namespace `default` is.
  String topic() {
    return topics(protocol) + ".default";
  }

  private static Map<String, String> settings(
      OtlpProtocol protocol, String id, String spans, String sample, String metrics) {
    return Map.of(
        "node.id",
        id,
        "tracing.endpoint",
        spans,
        "tracing.protocol",
        protocol.toString(),
        "tracing.sample",
        sample,
        "metrics.otlp-endpoint",
        metrics,
        "metrics.otlp-protocol",
        protocol.toString(),
        "metrics.otlp-interval",
        "1s",
        "redis.checkpoint",
        "1s");
  }

  RecordMetadata produce(String key, String traceparent) throws Exception {
    ProducerRecord<byte[], byte[]> record =
        new ProducerRecord<>(topic(), TestStack.bytes(key), TestStack.bytes("{\"n\":1}"));
    record.headers().add("traceparent", TestStack.bytes(traceparent));
    return TestStack.produce(record);
  }

  @Override
  public void close() {
    node.close();
    collector.close();
  }
}
