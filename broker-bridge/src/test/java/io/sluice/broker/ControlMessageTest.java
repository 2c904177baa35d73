package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Random;
import org.apache.kafka.common.Uuid;
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

  private static final NodeLoad LOAD = new NodeLoad(true, 7, 21, 3);

  @Test
  void heartbeatComesBackAsItWas() {
    assertThat(ControlMessage.read(utf8("n1"), ControlMessage.heartbeat(NODE, LOAD)))
        .isEqualTo(new ControlMessage.Heartbeat(NODE, LOAD));
  }

  @Test
  void heartbeatHasAVersion() {
    assertThat(ControlMessage.heartbeat(NODE, LOAD)).asString(UTF_8).startsWith("{\"v\":1,");
  }

  @Test
  void fieldsOfALaterVersionAreRead() {
    String later =
        """
        {"v":9,"type":"heartbeat","id":"n1","started":"2026-01-01T00:00:00Z","edge":"e","api":"a",
         "version":"2","load":{"connections":7,"more":1},"draining":true,"more":{}}
        """;
    assertThat(read("n1", later))
        .isEqualTo(
            new ControlMessage.Heartbeat(
                new NodeInfo("n1", Instant.parse("2026-01-01T00:00:00Z"), "e", "a", "2"),
                new NodeLoad(true, 7, 0, 0)));
  }

  /// As version 0.1 wrote it, in a rolling update.
  @Test
  void heartbeatOfTheVersionBeforeIsRead() {
    String before =
        """
        {"v":1,"type":"heartbeat","id":"n1","started":"2026-01-01T00:00:00.123456789Z",
         "edge":"ws://10.0.0.7:8000","api":"http://10.0.0.7:9000","version":"0.1.0"}
        """;
    assertThat(read("n1", before)).isEqualTo(new ControlMessage.Heartbeat(NODE, NodeLoad.NONE));
  }

  @Test
  void commandComesBackAsItWas() {
    Uuid id = Uuid.randomUuid();
    byte[] largest = new byte[ControlMessage.MAX_BODY];
    new Random(1).nextBytes(largest);
    byte[] written = ControlMessage.command(id, largest);
    assertThat(written.length).isLessThanOrEqualTo(ControlMessage.MAX_BYTES);
    assertThat(ControlMessage.read(utf8("n1"), written))
        .isInstanceOfSatisfying(
            ControlMessage.Command.class,
            command -> {
              assertThat(command.id()).isEqualTo(id);
              assertThat(command.body()).isEqualTo(largest);
            });
  }

  /// What other versions of nodes read: never change it but by adding to it.
  @Test
  void theFormatOfCommandsStays() {
    Uuid id = Uuid.fromString("Ti0UPlTISTCB2gxo8FPY9g");
    assertThat(ControlMessage.command(id, utf8("hi")))
        .asString(UTF_8)
        .isEqualTo(
            "{\"v\":1,\"type\":\"command\",\"id\":\"Ti0UPlTISTCB2gxo8FPY9g\",\"body\":\"aGk=\"}");
  }

  @Test
  void missingFieldsAreEmptyAndTheKeyIsTheId() {
    assertThat(read("n1", "{\"started\":\"2026-01-01T00:00:00Z\",\"id\":\"other\"}"))
        .isEqualTo(
            new ControlMessage.Heartbeat(
                new NodeInfo("n1", Instant.parse("2026-01-01T00:00:00Z"), "", "", ""),
                NodeLoad.NONE));
  }

  @Test
  void unknownKindIsPassedOver() {
    assertThat(read("n1", "{\"v\":2,\"type\":\"song\"}"))
        .isEqualTo(new ControlMessage.Unknown("song"));
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
    assertThat(read("n1", "{\"type\":\"command\"}")).isInstanceOf(unreadable());
    assertThat(read("n1", "{\"type\":\"command\",\"id\":\"x\",\"body\":\"aGk=\"}"))
        .isInstanceOf(unreadable());
    assertThat(
            read("n1", "{\"type\":\"command\",\"id\":\"Ti0UPlTISTCB2gxo8FPY9g\",\"body\":\"*\"}"))
        .isInstanceOf(unreadable());
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
