package io.sluice.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.gateway.protocol.Command.Since;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class JsonCommandsTest {
  private static List<Command> decode(String frame) throws BadFrameException {
    return JsonCommands.decode(frame.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void severalCommandsShareAFrame() throws Exception {
    assertThat(decode("{\"connect\":{\"name\":\"js\"},\"id\":1}\n{\"id\":2,\"ping\":{}}\n{}"))
        .hasExactlyElementsOfTypes(Command.Connect.class, Command.Ping.class, Command.Pong.class);
  }

  @Test
  void whoWantsToKnowOfOthersSaysSo() throws Exception {
    Command.Subscribe subscribe =
        (Command.Subscribe)
            decode("{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"join_leave\":true}}").getFirst();
    assertThat(subscribe.joinLeave()).isTrue();
    Command.Connect connect =
        (Command.Connect)
            decode(
                    """
                    {"id":1,"connect":{"subs":{"a":{"join_leave":true},"b":{"join_leave":false},"c":{}}}}
                    """)
                .getFirst();
    assertThat(connect.joinLeave()).containsExactly("a");
    assertThat(connect.subs()).containsOnlyKeys("a", "b", "c");
  }

  @Test
  void recoverWithAnEpochAndNoOffsetMeansPositionZero() throws Exception {
    Command.Subscribe c =
        (Command.Subscribe)
            decode("{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"recover\":true,\"epoch\":\"e\"}}")
                .getFirst();
    assertThat(c.since()).contains(new Since("e", 0));
  }

  @Test
  void aConnectsSubscriptionsHavePositionsAndFilters() throws Exception {
    Command.Connect c =
        (Command.Connect)
            decode(
                    """
                    {"id":1,"connect":{"subs":{"a":{"recover":true,"epoch":"e","offset":5,"tf": {"x": 1}},\
                    "b":{},"c":{"tf":null}}}}\
                    """)
                .getFirst();
    assertThat(c.subs())
        .isEqualTo(Map.of("a", new Since("e", 5), "b", new Since("", 0), "c", new Since("", 0)));
    assertThat(c.filters()).containsOnlyKeys("a");
    assertThat(c.filters().get("a")).asString().isEqualTo("{\"x\": 1}");
  }

  @Test
  void withoutRecoverThereIsNoPosition() throws Exception {
    Command.Subscribe c =
        (Command.Subscribe)
            decode("{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"epoch\":\"e\",\"offset\":5}}")
                .getFirst();
    assertThat(c.since()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1.50",
        "123456789012345678901234567890",
        "\"a \\u00e9 \\\" é\"",
        "{\"a\" : [1, {\"b\":null}] }",
        "null",
        "true",
        "[ ]"
      })
  void dataIsKeptAsTheClientWroteIt(String data) throws Exception {
    Command.Publish c =
        (Command.Publish)
            decode("{\"id\":1,\"publish\":{\"data\":" + data + ",\"channel\":\"é\"}}").getFirst();
    assertThat(new String(c.data(), StandardCharsets.UTF_8)).isEqualTo(data);
    assertThat(c.channel()).isEqualTo("é");
  }

  @Test
  void aHistoryMaySayWhereItBeginsAndWhichWayItGoes() throws Exception {
    assertThat(
            decode(
                "{\"id\":1,\"history\":{\"channel\":\"a\",\"limit\":-1,\"since\":{\"epoch\":\"e\",\"offset\":5},\"reverse\":true}}"))
        .containsExactly(
            new Command.History(1, "a", -1, Optional.of(new Command.Since("e", 5)), true));
    assertThat(decode("{\"id\":1,\"history\":{\"channel\":\"a\",\"since\":null}}"))
        .containsExactly(new Command.History(1, "a", 0, Optional.empty(), false));
    assertThat(decode("{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"since\":5}}")).hasSize(1);
  }

  @Test
  void unknownFieldsAreOfNoConcern() throws Exception {
    assertThat(
            decode("{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"new\":{\"x\":[1]},\"flag\":1}}"))
        .hasSize(1);
  }

  @Test
  void anIdOf32BitsIsTakenWhole() throws Exception {
    Command c = decode("{\"id\":4294967295,\"ping\":{}}").getFirst();
    assertThat(Integer.toUnsignedLong(c.id())).isEqualTo(4_294_967_295L);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "\n",
        "x",
        "{",
        "{}}",
        "[]",
        "1",
        "null",
        "{\"id\":1}",
        "{\"id\":0,\"ping\":{}}",
        "{\"id\":4294967296,\"ping\":{}}",
        "{\"id\":99999999999999999999,\"ping\":{}}",
        "{\"id\":\"1\",\"ping\":{}}",
        "{\"id\":1,\"ping\":[]}",
        "{\"id\":1,\"ping\":{},\"send\":{}}",
        "{\"id\":1,\"fly\":{}}",
        "{\"id\":1,\"history\":{}}",
        "{\"id\":1,\"history\":{\"channel\":\"a\",\"limit\":1.5}}",
        "{\"id\":1,\"history\":{\"channel\":\"a\",\"since\":5}}",
        "{\"id\":1,\"history\":{\"channel\":\"a\",\"since\":{\"offset\":-5}}}",
        "{\"id\":1,\"history\":{\"channel\":\"a\",\"reverse\":1}}",
        "{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"offset\":-1}}",
        "{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"offset\":1.5}}",
        "{\"id\":1,\"subscribe\":{\"channel\":null}}",
      })
  void whatIsNoCommandIsRefusedWhole(String frame) {
    assertThatThrownBy(() -> decode(frame)).isInstanceOf(BadFrameException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[[],{}]",
        "{}",
        "{\"channel\":\"other\"}",
        "{\"a\":{\"a\":1}}",
        "1",
        "null"
      })
  void whatIsInsideARecoverThatIsNoFlagIsNotReadAsIfItStoodBesideIt(String recover) {
    String frame = "{\"id\":1,\"subscribe\":{\"channel\":\"a\",\"recover\":" + recover + "}}";
    assertThatThrownBy(() -> decode(frame)).isInstanceOf(BadFrameException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-16", "UTF-32BE", "UTF-32LE"})
  void jsonInAnotherEncodingIsRefused(String charset) {
    byte[] frame = "{\"id\":1,\"send\":{\"data\":[1]}}".getBytes(Charset.forName(charset));
    assertThatThrownBy(() -> JsonCommands.decode(frame)).isInstanceOf(BadFrameException.class);
    assertThatThrownBy(() -> JsonCommands.decodeConnect(frame))
        .isInstanceOf(BadFrameException.class);
  }

  @Test
  void aByteOrderMarkIsRefused() {
    assertThatThrownBy(() -> decode("\ufeff{\"id\":1,\"ping\":{}}"))
        .isInstanceOf(BadFrameException.class);
  }

  @Test
  void nestingWithoutEndIsRefused() {
    String deep = "[".repeat(10_000);
    assertThatThrownBy(() -> decode("{\"id\":1,\"rpc\":{\"data\":" + deep))
        .isInstanceOf(BadFrameException.class);
  }
}
