package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.Version;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.auth.TokenVerifier;
import io.sluice.gateway.config.TokenConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Arguments, messages and exit codes, in this process.
class MainTest {
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path home;

  @ParameterizedTest
  @CsvSource({
    "pubish, publish",
    "Up, up",
    "tokn, token",
    "subscibe, subscribe",
    "gatway, gateway",
    "docter, doctor",
    "tset, test",
    "sub, subscribe"
  })
  void unknownCommandNamesTheNearest(String typed, String meant) {
    Printed printed = run(typed);
    assertThat(printed.err())
        .containsExactly("unknown command '" + typed + "', did you mean '" + meant + "'?");
    assertThat(printed.out()).isEmpty();
    assertThat(printed.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "up --nods 2, --nods, --nodes",
    "up --edge=8000, --edge, --edge-port",
    "up --api-prot 9000, --api-prot, --api-port",
    "publish news 1 --tga a=b, --tga, --tag",
    "token --usr u, --usr, --user",
    "subscribe news --cuont 1, --cuont, --count",
    "gateway --conf x, --conf, --config",
    "doctor --jsno, --jsno, --json",
    "test --ful, --ful, --full",
    "--hlep, --hlep, --help"
  })
  void unknownFlagNamesTheNearest(String typed, String flag, String meant) {
    Printed printed = run(typed.split(" ", -1));
    assertThat(printed.err())
        .containsExactly("unknown flag '" + flag + "', did you mean '" + meant + "'?");
    assertThat(printed.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "token",
        "token --user u --ttl 1x",
        "token --user u --ttl 0s",
        "token --user u --secret plain",
        "token --user u --secret env:NOT_SET",
        "token --user u --secret file:/does/not/exist",
        "publish news",
        "publish news 1 2",
        "publish default:x 1",
        "publish :x 1",
        "publish news {",
        "publish news 1 --kafka localhost:1",
        "subscribe",
        "subscribe news --count 0",
        "subscribe news --url http://localhost",
        "up --nodes 0",
        "up --nodes many",
        "gateway",
        "gateway --config /does/not/exist",
        "rebuild-sessions --config /does/not/exist",
        "doctor --config /does/not/exist",
        "doctor --heap much",
        "redrive --config /does/not/exist",
        "redrive --reason none"
      })
  void misuseIsOneLineOnStderrAndExitCode2(String arguments) {
    Printed printed = run(arguments.split(" ", -1));
    assertThat(printed.err()).hasSize(1);
    assertThat(printed.out()).isEmpty();
    assertThat(printed.exitCode()).isEqualTo(2);
  }

  @Test
  void everyProblemOfAConfigurationIsALineAndTheExitCodeIs2() throws Exception {
    Path file = home.resolve("sluice.yaml");
    Files.writeString(
        file,
        """
        edge:
          port: none
          ecko: true
        """);
    Printed printed = run("gateway", "--config", file.toString());
    assertThat(printed.err())
        .anySatisfy(line -> assertThat(line).startsWith("edge.port: 'none'"))
        .anySatisfy(line -> assertThat(line).contains("edge.ecko", "edge.echo"))
        .hasSizeGreaterThan(2);
    assertThat(printed.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "up",
        "publish",
        "subscribe",
        "token",
        "rebuild-sessions",
        "redrive",
        "gateway",
        "doctor",
        "test",
        "package"
      })
  void helpOfACommandGoesToStdoutWithExamples(String command) {
    Printed help = run(command, "--help");
    assertThat(help.out())
        .contains("Examples:")
        .anyMatch(line -> line.startsWith("  ./sluice " + command));
    assertThat(help.err()).isEmpty();
    assertThat(help.exitCode()).isZero();
    assertThat(run("--help").out()).anyMatch(line -> line.startsWith("  " + command + " "));
  }

  @Test
  void anInstallationHasOnlyTheCommandsThatWorkThere() {
    System.setProperty("cli.installed", "true");
    try {
      List<String> help = run("--help").out();
      assertThat(help).anyMatch(line -> line.startsWith("  gateway "));
      for (String command : List.of("up", "test", "package", "bench", "chaos", "stress")) {
        assertThat(help).noneMatch(line -> line.startsWith("  " + command + " "));
        Printed refused = run(command);
        assertThat(refused.err()).first().asString().startsWith("unknown command '" + command);
        assertThat(refused.exitCode()).isEqualTo(2);
      }
    } finally {
      System.clearProperty("cli.installed");
    }
  }

  @Test
  void helpIsUnderstoodAsACommandTooAndTheVersionIsTold() {
    assertThat(run("help").out()).isEqualTo(run("--help").out());
    assertThat(run("help", "up").out()).isEqualTo(run("up", "--help").out());
    assertThat(run("--version").out()).containsExactly("sluice " + Version.CURRENT);
  }

  @Test
  void withoutACommandTheHelpIsOnStderr() {
    Printed printed = run();
    assertThat(printed.out()).isEmpty();
    assertThat(printed.err()).anyMatch(line -> line.startsWith("Usage:"));
    assertThat(printed.exitCode()).isEqualTo(2);
  }

  @ParameterizedTest
  @ValueSource(strings = {"publish news 1", "subscribe news", "token --user u"})
  void withoutARunningUpTheCommandsSayHowToStartOne(String arguments) {
    Printed printed = run(arguments.split(" ", -1));
    assertThat(printed.err())
        .containsExactly("no running 'sluice up' found; start one with ./sluice up");
    assertThat(printed.exitCode()).isEqualTo(1);
  }

  @Test
  void aDoctorWithNobodyToLookAtSaysWhatToName() {
    Printed printed = run("doctor");
    assertThat(printed.err())
        .containsExactly(
            "no running 'sluice up' found; start one with ./sluice up, or say --config FILE");
    assertThat(printed.exitCode()).isEqualTo(1);
  }

  @Test
  void tokenPrintsATokenThatAVerifierTakesAndNothingElse() throws Exception {
    Path secret = Files.writeString(home.resolve("secret"), SECRET + "\n");
    Printed printed =
        run(
            "token",
            "--user",
            "u 1",
            "--ttl",
            "15m",
            "--channels",
            "a,b",
            "--secret",
            "file:" + secret);
    assertThat(printed.err()).isEmpty();
    assertThat(printed.out()).hasSize(1).first().asString().matches("[\\w.-]+");

    TokenConfig config = new TokenConfig(SECRET, "", "", "", "", /* anonymous= */ false);
    TokenVerdict verdict =
        new TokenVerifier(config, Clock.systemUTC(), Runnable::run, 1)
            .verify(printed.out().getFirst())
            .toCompletableFuture()
            .join();
    var claims =
        assertThat(verdict)
            .asInstanceOf(InstanceOfAssertFactories.type(TokenVerdict.Valid.class))
            .actual()
            .claims();
    assertThat(claims.user()).isEqualTo("u 1");
    assertThat(claims.channels()).containsExactly("a", "b");
    assertThat(claims.expires().orElseThrow())
        .isBetween(
            Instant.now().plus(Duration.ofMinutes(14)), Instant.now().plus(Duration.ofMinutes(15)));
  }

  @Test
  void secretsCanComeFromTheEnvironment() {
    Printed printed =
        Printed.by(
            Map.of("HOME", home.toString(), "S", SECRET),
            "token",
            "--user",
            "u",
            "--secret",
            "env:S");
    assertThat(printed.out()).hasSize(1);
    assertThat(printed.exitCode()).isZero();
  }

  @Test
  void aTooLongChannelIsRefusedWithItsLengthAndTheLimit() {
    Printed printed = run("publish", "x".repeat(256), "1");
    assertThat(printed.err()).first().asString().contains("255", "256");
    assertThat(printed.exitCode()).isEqualTo(2);
  }

  private Printed run(String... arguments) {
    return Printed.by(Map.of("HOME", home.toString()), List.of(arguments).toArray(String[]::new));
  }
}
