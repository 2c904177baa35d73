package io.sluice.gateway.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// RFC 6455 by cases: groups 1 to 7, 9 and 10.
final class WireCasesTest {
  private static final Outcomes OUTCOMES = new Outcomes("cases");

  static Stream<WireCase> cases() {
    return Stream.of(
            FramingCases.all(),
            FragmentationCases.all(),
            Utf8Cases.all(),
            CloseCases.all(),
            LimitCases.small())
        .flatMap(List::stream);
  }

  static Stream<WireCase> fullCases() {
    return LimitCases.full().stream();
  }

  @AfterAll
  static void report() throws Exception {
    OUTCOMES.report();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void theEchoAnswersAsTheStandardSays(WireCase one) throws Exception {
    run(one);
  }

  @Tag("full")
  @ParameterizedTest
  @MethodSource("fullCases")
  void theEchoAnswersAsTheStandardSaysWhateverTheSize(WireCase one) throws Exception {
    run(one);
  }

  private static void run(WireCase one) throws Exception {
    OUTCOMES.note(one.group(), one.id(), "FAILED");
    try (WireClient client = WireNode.echo("")) {
      client.writeAll(one.writes());
      assertThat(client.readToEnd()).isEqualTo(one.expected());
    }
    OUTCOMES.note(one.group(), one.id(), one.verdict().name());
  }
}
