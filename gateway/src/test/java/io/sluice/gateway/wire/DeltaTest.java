package io.sluice.gateway.wire;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.WireFormat;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import io.sluice.gateway.EdgeProbe;
import io.sluice.gateway.TestStack;
import io.sluice.gateway.delta.FossilPatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// `delta: fossil` as it looks on the wire.
final class DeltaTest {
  private static final String TOPIC = "wire.default";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static String order(int n) {
    return "{\"symbol\":\"SAP\",\"volume\":1000,\"price\":%d,\"currency\":\"€\"}".formatted(n);
  }

  private static String patched(String base, JsonNode publication) {
    assertThat(publication.path("delta").asBoolean()).isTrue();
    assertThat(publication.path("data").isTextual()).isTrue();
    byte[] patch = publication.path("data").textValue().getBytes(UTF_8);
    return new String(FossilPatch.apply(base.getBytes(UTF_8), patch), UTF_8);
  }

  private static double patches() throws IOException {
    return new EdgeProbe(WireNode.apiPort()).metric("sluice_edge_patches_total");
  }

  private static double saved() throws IOException {
    return new EdgeProbe(WireNode.apiPort()).metric("sluice_edge_patches_saved_bytes_total");
  }

  @Test
  void jsonDataAreStringsFirstWholeAndThenPatchesAndOthersSeeNothingOfIt() throws Exception {
    try (JsonClient client = new JsonClient();
        JsonClient second = new JsonClient();
        JsonClient without = new JsonClient()) {
      String request = "{\"channel\":\"d1\",\"delta\":\"fossil\"}";
      assertThat(client.call("subscribe", request).at("/subscribe/delta").asBoolean()).isTrue();
      second.call("subscribe", request);
      assertThat(without.call("subscribe", "{\"channel\":\"d1\"}").path("subscribe").has("delta"))
          .isFalse();
      double patches = patches();
      double saved = saved();
      TestStack.produce(TOPIC, "d1", order(1));
      TestStack.produce(TOPIC, "d1", order(2));
      TestStack.produce(TOPIC, "d1", "3");

      JsonNode whole = client.publication();
      assertThat(whole.path("data").textValue()).isEqualTo(order(1));
      assertThat(whole.has("delta")).isFalse();
      JsonNode patch = client.publication();
      assertThat(patched(order(1), patch)).isEqualTo(order(2));
      JsonNode small = client.publication();
      assertThat(small.path("data").textValue()).isEqualTo("3");
      assertThat(small.has("delta")).isFalse();
      assertThat(second.publication()).isEqualTo(whole);
      assertThat(second.publication()).isEqualTo(patch);
      assertThat(second.publication()).isEqualTo(small);
      assertThat(patches()).isEqualTo(patches + 1);
      int spared =
          order(2).getBytes(UTF_8).length - patch.path("data").textValue().getBytes(UTF_8).length;
      assertThat(saved()).isEqualTo(saved + 2 * spared);

      JsonNode plain = without.publication();
      assertThat(plain.path("data")).isEqualTo(JSON.readTree(order(1)));
      assertThat(plain.path("offset")).isEqualTo(whole.path("offset"));
      plain = without.publication();
      assertThat(plain.path("data")).isEqualTo(JSON.readTree(order(2)));
      assertThat(plain.has("delta")).isFalse();
    }
  }

  @Test
  void aRecoveryStartsWhole() throws Exception {
    try (JsonClient client = new JsonClient();
        JsonClient witness = new JsonClient()) {
      witness.call("subscribe", "{\"channel\":\"d2\"}");
      JsonNode at =
          client.call("subscribe", "{\"channel\":\"d2\",\"delta\":\"fossil\"}").path("subscribe");
      TestStack.produce(TOPIC, "d2", order(1));
      TestStack.produce(TOPIC, "d2", order(2));
      client.publication();
      long offset = client.publication().path("offset").asLong();
      client.call("unsubscribe", "{\"channel\":\"d2\"}");
      TestStack.produce(TOPIC, "d2", order(3));
      TestStack.produce(TOPIC, "d2", order(4));
      for (int n = 1; n <= 4; n++) {
        witness.publication(); // now the node has it all
      }
      String recover =
          "{\"channel\":\"d2\",\"delta\":\"fossil\",\"recover\":true,\"epoch\":\"%s\",\"offset\":%d}"
              .formatted(at.path("epoch").asText(), offset);
      JsonNode result = client.call("subscribe", recover).path("subscribe");
      TestStack.produce(TOPIC, "d2", order(5));

      assertThat(result.path("recovered").asBoolean()).isTrue();
      assertThat(result.path("delta").asBoolean()).isTrue();
      assertThat(result.path("publications")).hasSize(2);
      assertThat(result.at("/publications/0/data").textValue()).isEqualTo(order(3));
      assertThat(result.at("/publications/1/data").textValue()).isEqualTo(order(4));
      assertThat(patched(order(4), client.publication())).isEqualTo(order(5));

      client.call("unsubscribe", "{\"channel\":\"d2\"}");
      client.call("subscribe", "{\"channel\":\"d2\",\"delta\":\"fossil\"}");
      TestStack.produce(TOPIC, "d2", order(6));
      assertThat(client.publication().path("data").textValue()).isEqualTo(order(6));
    }
  }

  @Test
  void aTextIsAStringOfJsonInAStringOfJson() throws Exception {
    try (JsonClient client = new JsonClient()) {
      client.call("subscribe", "{\"channel\":\"text:d3\",\"delta\":\"fossil\"}");
      String first = "a line of \"text\"\nand another one, long enough";
      TestStack.produce("wire.text", "d3", first);
      TestStack.produce("wire.text", "d3", first + "er");

      String text = client.publication().path("data").textValue();
      assertThat(JSON.readTree(text).textValue()).isEqualTo(first);
      assertThat(JSON.readTree(patched(text, client.publication())).textValue())
          .isEqualTo(first + "er");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"delta\":\"xdelta\" | delta 'xdelta' is not known; 'fossil' is",
        "\"delta\":\"fossil\",\"tf\":{} | delta and tf do not go together; leave one out",
      })
  void whatCannotBeDoneIsRefusedWithAReason(String fields, String message) throws Exception {
    try (JsonClient client = new JsonClient()) {
      JsonNode error =
          client.call("subscribe", "{\"channel\":\"d4\"," + fields + "}").path("error");

      assertThat(error.path("code").asInt()).isEqualTo(107);
      assertThat(error.path("message").textValue()).isEqualTo(message);
      assertThat(client.call("subscribe", "{\"channel\":\"d4\"}").has("subscribe")).isTrue();
    }
  }

  @Test
  void whereNewestValuesAreEnoughThereAreNone() throws Exception {
    try (JsonClient client = new JsonClient()) {
      String request = "{\"channel\":\"state:d\",\"delta\":\"fossil\"}";
      JsonNode error = client.call("subscribe", request).path("error");
      assertThat(error.path("code").asInt()).isEqualTo(107);
      assertThat(error.path("message").textValue())
          .isEqualTo("delta: the namespace of 'state:d' keeps newest values only (mode: state)");
    }
  }

  @ParameterizedTest
  @CsvSource({"plain:d, wire.plain, d", "keyless, wire.default, "})
  void whereThereIsNoneTheSubscriptionIsAsAnyOther(String channel, String topic, String key)
      throws Exception {
    try (JsonClient client = new JsonClient()) {
      String request = "{\"channel\":\"%s\",\"delta\":\"fossil\"}".formatted(channel);
      JsonNode result = client.call("subscribe", request).path("subscribe");
      assertThat(result.isObject()).isTrue();
      assertThat(result.has("delta")).isFalse();
      for (int n = 1; n <= 2; n++) {
        if (key == null) {
          TestStack.produceKeyless(topic, order(n));
        } else {
          TestStack.produce(topic, key, order(n));
        }
        JsonNode publication = client.publication();
        assertThat(publication.path("data")).isEqualTo(JSON.readTree(order(n)));
        assertThat(publication.has("delta")).isFalse();
      }
    }
  }

  @Test
  void protobufDataAreTheBytesFirstWholeAndThenPatches() throws Exception {
    try (ProtobufTest.Client client = ProtobufTest.Client.connected("")) {
      assertThat(flag(subscribe(client, "d5"), 13)).isTrue();
      TestStack.produce(TOPIC, "d5", order(1));
      TestStack.produce(TOPIC, "d5", order(2));

      Protocol.Publication whole = client.publication("d5");
      assertThat(whole.getData().toStringUtf8()).isEqualTo(order(1));
      assertThat(flag(whole, 8)).isFalse();
      Protocol.Publication patch = client.publication("d5");
      assertThat(flag(patch, 8)).isTrue();
      assertThat(FossilPatch.apply(whole.getData().toByteArray(), patch.getData().toByteArray()))
          .isEqualTo(order(2).getBytes(UTF_8));
    }
  }

  @Test
  void protobufRefusesAFilterBesideIt() throws Exception {
    try (ProtobufTest.Client client = ProtobufTest.Client.connected("")) {
      Protocol.Reply reply =
          client.call(
              Protocol.Command.newBuilder()
                  .setSubscribe(request("d6", new byte[] {(13 << 3) | 2, 0})));
      assertThat(reply.getError().getCode()).isEqualTo(107);
      assertThat(reply.getError().getMessage()).contains("tf");
    }
  }

  private static Protocol.SubscribeResult subscribe(ProtobufTest.Client client, String channel)
      throws IOException {
    return client
        .call(Protocol.Command.newBuilder().setSubscribe(request(channel, new byte[0])))
        .getSubscribe();
  }

  /// The SDK's messages know nothing of these fields and carry them along.
  private static Protocol.SubscribeRequest request(String channel, byte[] more) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    CodedOutputStream out = CodedOutputStream.newInstance(bytes);
    out.writeString(1, channel);
    out.writeString(12, "fossil");
    out.writeRawBytes(more);
    out.flush();
    return Protocol.SubscribeRequest.parseFrom(bytes.toByteArray());
  }

  private static boolean flag(MessageLite message, int field) throws IOException {
    CodedInputStream in = CodedInputStream.newInstance(message.toByteArray());
    for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
      if (WireFormat.getTagFieldNumber(tag) == field) {
        return in.readBool();
      }
      in.skipField(tag);
    }
    return false;
  }
}
