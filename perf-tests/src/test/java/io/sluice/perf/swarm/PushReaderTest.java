package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PushReaderTest {
  private final PushReader reader = new PushReader();

  private boolean read(String line) {
    byte[] bytes = ("??" + line + "??").getBytes(StandardCharsets.UTF_8);
    return reader.read(bytes, 2, bytes.length - 2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        """
        {"push":{"channel":"c17","pub":{"data":{"c":17,"n":3,"t":99,"p":"xx"},"offset":12}}}\
        """,
        """
        {"push":{"pub":{"offset":12,"tags":{"a":"}\\"","b":"[c9]"},"data":{"t":99,"n":3}},"channel":"c17"}}\
        """,
        """
        {"push":{"channel":"c17","pub":{"info":{"user":"u","list":[1,{"n":5},[]]},"data":{"t":99,"n":3,"n2":7},"offset":12,"time":1.5e3}}}\
        """,
        """
        {"push":{"channel": "c17", "pub": {"data": {"n": 3, "t": 99}, "offset": 12}} }\
        """,
      })
  void findsWhatItLooksForWhereverItStands(String line) {
    assertThat(read(line)).isTrue();
    assertThat(reader.channel()).isEqualTo(17);
    assertThat(reader.offset()).isEqualTo(12);
    assertThat(reader.sequence()).isEqualTo(3);
    assertThat(reader.sent()).isEqualTo(99);
  }

  @Test
  void whatIsNoPublicationIsForSomebodyElse() {
    assertThat(read("{}")).isFalse();
    assertThat(read("{\"id\":1,\"connect\":{}}")).isFalse();
    assertThat(read("{\"push\":{\"channel\":\"c1\",\"unsubscribe\":{\"code\":2500}}}")).isFalse();
  }

  @Test
  void aPublicationWithoutAnOffsetHasNone() {
    read("{\"push\":{\"channel\":\"c1\",\"pub\":{\"data\":{\"n\":3,\"t\":9},\"offset\":12}}}");
    assertThat(read("{\"push\":{\"channel\":\"c1\",\"pub\":{\"data\":{\"n\":4,\"t\":9}}}}"))
        .isTrue();
    assertThat(reader.offset()).isZero();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"push\":{\"channel\":\"c1\",\"pub\":{\"offset\":12",
        "{\"push\":{\"channel\":\"c1\",\"pub\":{\"offset\":x}}}",
        "{\"push\":{\"channel\":\"c1",
        "{\"push\":{\"channel\":\"c1\",\"pub\":3}}",
      })
  void brokenTextIsAnErrorThatShowsWhere(String line) {
    assertThatThrownBy(() -> read(line))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching("expected .* after '.+'");
  }
}
