package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PayloadCheckTest {
  @Test
  void aLongValueInsideALargerArrayIsReadToItsEndAndNoFurther() {
    byte[] value = ("\"" + "x".repeat(50_000) + "\"").getBytes(StandardCharsets.UTF_8);
    byte[] slab = new byte[200_000];
    System.arraycopy(value, 0, slab, 25, value.length);

    assertThat(PayloadCheck.ok(PayloadKind.JSON, slab, 25, value.length)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "null",
        "true",
        "0",
        "-0.5e+10",
        "\"\"",
        "\"a\\u0000\\ud800\\n\"",
        "{\"a\":[1,{\"b\":null}],\"a\":2}",
        " \r\n\t{\n  \"pretty\" : [\n    1\n  ]\n}\n",
        "\"grüße 日本 😀\"",
        "1e999"
      })
  void oneJsonValueIsJson(String text) {
    assertThat(json(text)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "{",
        "[1,",
        "[1,]",
        "{\"a\":1,}",
        "{'a':1}",
        "{a:1}",
        "{}{}",
        "1 2",
        "[] ,",
        "[]]",
        "{}x",
        "\"a",
        "\"a\" \"b\"",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12\"",
        "tru",
        "truex",
        "nul",
        "NaN",
        "Infinity",
        "01",
        "+1",
        ".5",
        "1.",
        "1e",
        "-",
        "0x1",
        "// no\n1",
        "/* no */1",
        "{\"a\" 1}",
        "{\"a\"}",
        "[1 2]",
        ",",
        "\uFEFF{}",
        "\u00001",
        "[\u0000]"
      })
  void anythingElseIsNotJson(String text) {
    assertThat(json(text)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE"})
  void jsonInAnotherEncodingIsNotJson(String charset) {
    byte[] bytes = "{\"a\":1}".getBytes(Charset.forName(charset));
    assertThat(ok(PayloadKind.JSON, bytes)).isFalse();
  }

  @Test
  void malformedUtf8InsideAJsonStringIsNotJson() {
    assertThat(ok(PayloadKind.JSON, bytes('"', 0xC3, '"'))).isFalse();
    assertThat(ok(PayloadKind.JSON, bytes('"', 0xC0, 0xAF, '"'))).isFalse();
    assertThat(ok(PayloadKind.JSON, bytes('"', 0xED, 0xA0, 0x80, '"'))).isFalse();
    assertThat(ok(PayloadKind.JSON, bytes('"', 0xF4, 0x90, 0x80, 0x80, '"'))).isFalse();
  }

  @Test
  void jsonIsBoundedInDepthOnly() {
    assertThat(json("[".repeat(1000) + "]".repeat(1000))).isTrue();
    assertThat(json("[".repeat(1001) + "]".repeat(1001))).isFalse();
    assertThat(json("[".repeat(1 << 20))).isFalse();
    assertThat(json("\"" + "x".repeat(30 << 20) + "\"")).isTrue();
    assertThat(json("9".repeat(1 << 20))).isTrue();
    assertThat(json("{\"" + "n".repeat(1 << 20) + "\":1}")).isTrue();
    assertThat(json("[" + "1,".repeat(1 << 20) + "1]")).isTrue();
  }

  @Test
  void onlyTheGivenRangeIsLookedAt() {
    byte[] buf = bytes(0xFF, 'x', '{', '}', 0xFF);
    assertThat(PayloadCheck.ok(PayloadKind.JSON, buf, 2, 2)).isTrue();
    assertThat(PayloadCheck.ok(PayloadKind.JSON, buf, 1, 3)).isFalse();
    assertThat(PayloadCheck.ok(PayloadKind.TEXT, buf, 1, 3)).isTrue();
    assertThat(PayloadCheck.ok(PayloadKind.TEXT, buf, 1, 4)).isFalse();
  }

  @Test
  void textIsWellFormedUtf8() {
    assertThat(ok(PayloadKind.TEXT, new byte[0])).isTrue();
    assertThat(ok(PayloadKind.TEXT, utf8("grüße\u0000\n😀"))).isTrue();
    assertThat(ok(PayloadKind.TEXT, utf8("😀".repeat(10_000)))).isTrue();
    assertThat(ok(PayloadKind.TEXT, bytes(0xF0, 0x9F, 0x98))).isFalse();
    assertThat(ok(PayloadKind.TEXT, bytes(0xED, 0xA0, 0x80))).isFalse();
  }

  @Test
  void binaryIsAnything() {
    assertThat(ok(PayloadKind.BINARY, new byte[0])).isTrue();
    assertThat(ok(PayloadKind.BINARY, bytes(0xFF, 0x00))).isTrue();
  }

  private static boolean json(String text) {
    return ok(PayloadKind.JSON, utf8(text));
  }

  private static boolean ok(PayloadKind kind, byte[] bytes) {
    return PayloadCheck.ok(kind, bytes, 0, bytes.length);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] bytes(int... values) {
    byte[] out = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      out[i] = (byte) values[i];
    }
    return out;
  }
}
