package io.sluice.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.CodedOutputStream;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.gateway.EdgeProbe;
import io.sluice.gateway.TestStack;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Filters (`tf`) as they look on the wire.
final class FilterTest {
  private static final String TRADES = "{\"key\":\"kind\",\"cmp\":\"eq\",\"val\":\"trade\"}";
  private static final String LARGE = "{\"key\":\"size\",\"cmp\":\"gte\",\"val\":\"100\"}";

  private static double metric(String name) throws IOException {
    return new EdgeProbe(WireNode.apiPort()).metric(name);
  }

  private static void produce(String channel, int n, String kind, String size) throws Exception {
    var record =
        new ProducerRecord<>("wire.default", channel.getBytes(UTF_8), ("" + n).getBytes(UTF_8));
    record.headers().add("tag-kind", kind.getBytes(UTF_8));
    record.headers().add("tag-size", size.getBytes(UTF_8));
    TestStack.produce(record);
  }

  private static String subscribe(String channel, String filter) {
    return "{\"channel\":\"%s\",\"tf\":%s}".formatted(channel, filter);
  }

  @Test
  void eachSubscriberGetsWhatItsFilterLetsPassAndAFilterIsAppliedOnceForAll() throws Exception {
    try (JsonClient trades = new JsonClient();
        JsonClient alike = new JsonClient();
        JsonClient large = new JsonClient();
        JsonClient all = new JsonClient()) {
      trades.call("subscribe", subscribe("f1", TRADES));
      alike.call("subscribe", subscribe("f1", " " + TRADES));
      large.call("subscribe", subscribe("f1", LARGE));
      all.call("subscribe", "{\"channel\":\"f1\"}");
      double applied = metric("sluice_edge_filters_applied_total");
      double keptBack = metric("sluice_edge_filtered_total");

      produce("f1", 1, "trade", "5");
      produce("f1", 2, "quote", "500");
      produce("f1", 3, "quote", "5");
      produce("f1", 4, "trade", "100");

      for (int n = 1; n <= 4; n++) {
        assertThat(all.publication().path("data").asInt()).isEqualTo(n);
      }
      for (JsonClient client : new JsonClient[] {trades, alike}) {
        JsonNode first = client.publication();
        assertThat(first.path("data").asInt()).isEqualTo(1);
        JsonNode second = client.publication();
        assertThat(second.path("data").asInt()).isEqualTo(4);
        assertThat(second.path("offset").asLong())
            .as("offsets have holes")
            .isEqualTo(first.path("offset").asLong() + 3);
      }
      assertThat(large.publication().path("data").asInt()).isEqualTo(2);
      assertThat(large.publication().path("data").asInt()).isEqualTo(4);
      // two different filters, at most on each of the node's loops, and four publications
      assertThat(metric("sluice_edge_filters_applied_total") - applied).isBetween(2.0 * 4, 3.0 * 4);
      assertThat(metric("sluice_edge_filtered_total") - keptBack).isEqualTo(3 * 2);
    }
  }

  @Test
  void aRecoveryIsFilteredToo() throws Exception {
    try (JsonClient client = new JsonClient();
        JsonClient witness = new JsonClient()) {
      witness.call("subscribe", "{\"channel\":\"f2\"}");
      JsonNode at = client.call("subscribe", subscribe("f2", TRADES)).path("subscribe");
      produce("f2", 1, "trade", "1");
      long offset = client.publication().path("offset").asLong();
      client.call("unsubscribe", "{\"channel\":\"f2\"}");
      produce("f2", 2, "quote", "1");
      produce("f2", 3, "trade", "1");
      produce("f2", 4, "quote", "1");
      for (int n = 1; n <= 4; n++) {
        witness.publication(); // now the node has it all
      }
      String recover =
          "{\"channel\":\"f2\",\"tf\":%s,\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}"
              .formatted(TRADES, at.path("epoch").asText(), offset);
      JsonNode result = client.call("subscribe", recover).path("subscribe");

      assertThat(result.path("recovered").asBoolean()).isTrue();
      assertThat(result.path("publications")).hasSize(1);
      assertThat(result.at("/publications/0/data").asInt()).isEqualTo(3);
      produce("f2", 5, "trade", "1");
      assertThat(client.publication().path("data").asInt()).isEqualTo(5);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "f3 | {} | tf: a comparison needs a key",
        "f3 | 7 | tf: a node is an object",
        "f3 | {\"key\":\"a\",\"cmp\":\"gt\",\"val\":\"x\"} | tf: 'gt' takes a decimal number of at"
            + " most 200 characters, not 'x'",
        "f3 | {\"op\":\"not\",\"nodes\":[{\"op\":\"not\",\"nodes\":[{\"op\":\"not\",\"nodes\":"
            + "[{\"key\":\"a\",\"cmp\":\"ex\"}]}]}]} | tf: deeper than 3 nodes",
        "plain:f | {\"key\":\"a\",\"cmp\":\"ex\"} | tf: the namespace of 'plain:f' has no filters",
      })
  void whatCannotBeAppliedIsRefusedWithAReason(String channel, String filter, String message)
      throws Exception {
    try (JsonClient client = new JsonClient()) {
      JsonNode error = client.call("subscribe", subscribe(channel, filter)).path("error");

      assertThat(error.path("code").asInt()).isEqualTo(107);
      assertThat(error.path("message").textValue()).isEqualTo(message);
      assertThat(client.call("subscribe", "{\"channel\":\"" + channel + "\"}").has("subscribe"))
          .isTrue();
    }
  }

  @Test
  void aFilterOfNullIsNone() throws Exception {
    try (JsonClient client = new JsonClient()) {
      client.call("subscribe", subscribe("f4", "null"));
      produce("f4", 1, "quote", "1");
      assertThat(client.publication().path("data").asInt()).isEqualTo(1);
    }
  }

  @Test
  void protocolBuffersAreFilteredAlike() throws Exception {
    try (ProtobufTest.Client client = ProtobufTest.Client.connected("")) {
      byte[] filter = fields(2, "kind", 3, "eq", 4, "trade");
      ByteArrayOutputStream request = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(request);
      out.writeString(1, "f5");
      out.writeByteArray(13, filter); // the SDK's messages know nothing of this field
      out.flush();
      client.call(
          Protocol.Command.newBuilder()
              .setSubscribe(Protocol.SubscribeRequest.parseFrom(request.toByteArray())));
      produce("f5", 1, "quote", "1");
      produce("f5", 2, "trade", "1");
      assertThat(client.publication("f5").getData().toStringUtf8()).isEqualTo("2");
    }
  }

  private static byte[] fields(int a, String x, int b, String y, int c, String z)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(a, x);
    out.writeString(b, y);
    out.writeString(c, z);
    out.flush();
    return bytes.toByteArray();
  }
}
