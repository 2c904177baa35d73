package io.sluice.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/// What is read of a template.
final class PhraseTest {
  private static List<String> read(String template, @Nullable Object... arguments) {
    List<String> parts = new ArrayList<>();
    Phrase.of(template)
        .read(
            arguments,
            new Phrase.Reader() {
              @Override
              public void text(String text) {
                if (!text.isEmpty()) {
                  parts.add("'" + text + "'");
                }
              }

              @Override
              public void value(@Nullable Object value) {
                parts.add("" + value);
              }

              @Override
              public void field(String key, @Nullable Object value) {
                parts.add(key + "=" + value);
              }
            });
    return parts;
  }

  @Test
  void keysAreTheLinesFieldsAndTheRestIsItsPhrase() {
    assertThat(read("a topic was made anew topic={} count={}", "t", 3))
        .containsExactly("'a topic was made anew'", "topic=t", "count=3");
    assertThat(read("lost count={} cause=\"{}\" topic={}", 1, "a b", "t"))
        .containsExactly("'lost'", "count=1", "cause=a b", "topic=t");
    assertThat(read("configuration {}", "a.b: c")).containsExactly("'configuration '", "a.b: c");
    assertThat(read("state why={} section={} {}", "x", "y", "{\"z\":{}}"))
        .containsExactly("'state'", "why=x", "section=y", "' '", "{\"z\":{}}");
    assertThat(read("a thread hangs thread={} ms={}{}", "t", 5, ", all:"))
        .containsExactly("'a thread hangs'", "thread=t", "ms=5", ", all:");
    assertThat(read("nothing more")).containsExactly("'nothing more'");
  }

  @Test
  void aPlaceWithoutAnArgumentIsSeenAndAnArgumentWithoutAPlaceIsNot() {
    assertThat(read("a={} b={}", 1)).containsExactly("a=1", "b={}");
    assertThat(read("a={}", 1, 2)).containsExactly("a=1");
    assertThat(read("a={}", new @Nullable Object[] {null})).containsExactly("a=null");
  }
}
