package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class BenchCommandTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... arguments) {
    return BenchMain.run(
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        arguments);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--only|everything|--only: no scenario 'everything', there are [batching, clients that never read, connect rate,",
        "--rounds|0|--rounds is 1 to 100: 0",
        "--compare|nowhere.json|--compare: cannot read nowhere.json",
        "--centrifugo|nowhere|--centrifugo: no program at nowhere",
        "--node-flags|-XX:+UseZGC|--node-flags goes with --only gc",
        "--publish|pigeon|Invalid value for option '--publish'",
        "--quik|x|Unknown options: '--quik'",
      })
  void whatIsAskedForWronglyIsSaidAtOnce(String flag, String value, String message) {
    assertThat(run(flag, value)).isEqualTo(2);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains(message).contains("--help");
    assertThat(out.size()).isZero();
  }

  @Test
  void helpExplainsEveryFlag() {
    assertThat(run("--help")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8))
        .contains(
            "--quick",
            "--only",
            "--rounds",
            "--compare",
            "--publish",
            "--node-flags",
            "--centrifugo")
        .contains("'io'", "'gc'");
  }
}
