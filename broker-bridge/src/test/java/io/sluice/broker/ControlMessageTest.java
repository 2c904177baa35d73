package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ControlMessageTest {
  private static final NodeInfo NODE =
      new NodeInfo(
          "n1",
          Instant.parse("2026-01-01T00:00:00.123456789Z"),
          "ws://10.0.0.7:8000",
          "http://10.0.0.7:9000",
          "0.1.0");

  @Test
  void heartbeatComesBackAsItWas() {
    assertThat(ControlMessage.read(utf8("n1"), ControlMessage.heartbeat(NODE)))
        .isEqualTo(new ControlMessage.Heartbeat(NODE));
  }

  @Test
  void heartbeatHasAVersion() {
    assertThat(ControlMessage.heartbeat(NODE)).asString(UTF_8).startsWith("{\"v\":1,");
  }

  @Test
  void fieldsOfALaterVersionAreRead() {
    String later =
        """
        {"v":9,"type":"heartbeat","id":"n1","started":"2026-01-01T00:00:00Z","edge":"e","api":"a",
         "version":"2","load":{"connections":7},"draining":true}
        """;
    assertThat(read("n1", later))
        .isEqualTo(
            new ControlMessage.Heartbeat(
                new NodeInfo("n1", Instant.parse("2026-01-01T00:00:00Z"), "e", "a", "2")));
  }

  @Test
  void missingFieldsAreEmptyAndTheKeyIsTheId() {
    assertThat(read("n1", "{\"started\":\"2026-01-01T00:00:00Z\",\"id\":\"other\"}"))
        .isEqualTo(
            new ControlMessage.Heartbeat(
                new NodeInfo("n1", Instant.parse("2026-01-01T00:00:00Z"), "", "", "")));
  }

  @Test
  void unknownKindIsPassedOver() {
    assertThat(read("n1", "{\"v\":2,\"type\":\"command\"}"))
        .isEqualTo(new ControlMessage.Unknown("command"));
  }

  @Test
  void recordWithoutValueIsALeavingNode() {
    assertThat(ControlMessage.read(utf8("n1"), null)).isEqualTo(new ControlMessage.Left("n1"));
  }

  @Test
  void anythingElseIsUnreadable() {
    assertThat(ControlMessage.read(null, utf8("{}"))).isInstanceOf(unreadable());
    assertThat(ControlMessage.read(new byte[] {(byte) 0xff}, utf8("{}")))
        .isInstanceOf(unreadable());
    assertThat(read("", "{}")).isInstanceOf(unreadable());
    assertThat(read("n".repeat(513), "{}")).isInstanceOf(unreadable());
    assertThat(read("n1", "")).isInstanceOf(unreadable());
    assertThat(read("n1", "{")).isInstanceOf(unreadable());
    assertThat(read("n1", "[]")).isInstanceOf(unreadable());
    assertThat(read("n1", "{\"started\":7}")).isInstanceOf(unreadable());
    assertThat(read("n1", " ".repeat(70_000))).isInstanceOf(unreadable());
    assertThat(read("n1", "[".repeat(50_000))).isInstanceOf(unreadable());
  }

  private static Class<ControlMessage.Unreadable> unreadable() {
    return ControlMessage.Unreadable.class;
  }

  private static ControlMessage read(@Nullable String key, String value) {
    return ControlMessage.read(key == null ? null : utf8(key), utf8(value));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
