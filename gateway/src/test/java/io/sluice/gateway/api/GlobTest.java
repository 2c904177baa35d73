package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class GlobTest {
  @ParameterizedTest
  @CsvSource({
    "'', anything, true",
    "*, anything, true",
    "news, news, true",
    "news, news2, false",
    "news*, news, true",
    "*:1, orders:1, true",
    "*:1, orders:12, false",
    "o*r*1, orders:1, true",
    "o*rs*2, orders:1, false",
    "?ews, news, true",
    "?ews, ews, false",
    "a*b*c, abcbc, true",
    "\\*, *, true",
    "\\*, x, false",
    "\\[a, '[a', true",
    "a.c, abc, false",
  })
  void patternsMatchWholeNames(String pattern, String name, boolean matches) {
    assertThat(Glob.parse(pattern).test(name)).isEqualTo(matches);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[ab]", "{a,b}", "a\\"})
  void whatWeDoNotSpeakIsRefused(String pattern) {
    assertThatThrownBy(() -> Glob.parse(pattern)).isInstanceOf(IllegalArgumentException.class);
  }
}
