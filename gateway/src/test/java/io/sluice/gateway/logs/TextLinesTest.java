package io.sluice.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Lines that people read.
final class TextLinesTest {
  private static final String TIME =
      "\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}(?:Z|[+-]\\d\\d:\\d\\d)";

  private final LogEvents log = new LogEvents();

  private List<String> lines() {
    String text = new String(new TextLines().line(log.last(), "n-1"), StandardCharsets.UTF_8);
    assertThat(text).endsWith("\n");
    return List.of(text.substring(0, text.length() - 1).split("\n", -1));
  }

  @Test
  void aLineIsAPhraseAndKeys() {
    log.ours().warn("a leg fell behind partition={} why=\"{}\" user={}", 3, "a \"b\"", "");
    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst())
        .matches(TIME + " WARN  \\[.+] io\\.sluice\\.some\\.Place .+")
        .endsWith("a leg fell behind partition=3 why=\"a \\\"b\\\"\" user=\"\"");
  }

  @Test
  void aValueBeginsNoLineAndNoOtherKey() {
    log.ours().info("refused reason={} n={}", "x\n2026 ERROR forged\u001b[0m\u2028", 5);
    assertThat(lines()).hasSize(1);
    assertThat(lines().getFirst())
        .endsWith("refused reason=\"x\\n2026 ERROR forged\\u001b[0m\\u2028\" n=5");
    log.ours().info("refused reason={}", "x closeCode=3000");
    assertThat(lines().getFirst()).endsWith("refused reason=\"x closeCode=3000\"");
    log.ours().info("refused reason={}", "x\\\" closeCode=3000 \n");
    assertThat(lines().getFirst()).endsWith("refused reason=\"x\\\\\\\" closeCode=3000 \\n\"");
  }

  /// Terminals would show `nimda` the other way round, and all that follows.
  @Test
  void aValueDoesNotTurnWhatFollows() {
    log.ours().info("refused user={} n={}", "\u202enimda\u2066\u200f", 5);
    assertThat(lines().getFirst()).endsWith("refused user=\\u202enimda\\u2066\\u200f n=5");
  }

  @Test
  void whatFollowsALineBreakOfADumpOrAStackBeginsWithATab() {
    log.ours().error("a thread hangs ms={}{}", 5, ", all:\nfirst\r\nsecond");
    assertThat(lines()).hasSize(3);
    assertThat(lines().getFirst()).endsWith("a thread hangs ms=5, all:");
    assertThat(lines().subList(1, 3)).containsExactly("\tfirst\\u000d", "\tsecond");

    log.logger(LogEvents.FOREIGN)
        .error("broken {}", 1, new IllegalStateException("one\n2026 ERROR forged"));
    assertThat(lines()).hasSizeGreaterThan(3);
    assertThat(lines().getFirst()).endsWith("org.example.Other broken 1");
    assertThat(lines().subList(1, lines().size())).allMatch(line -> line.startsWith("\t"));
    assertThat(lines().get(2)).isEqualTo("\t2026 ERROR forged");
  }
}
