package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script in this checkout, with everything real.
class RealScriptTest {
  private static final Duration LIMIT = Duration.ofSeconds(110);
  private static final String SECRET = "0123456789abcdef0123456789abcdef";

  @TempDir Path home;

  @Test
  void anOlderDefaultJavaIsPassedOverAndStdoutIsClean() throws Exception {
    Path old = Files.createDirectory(home.resolve("bin"));
    for (String tool : List.of("java", "javac")) {
      Files.writeString(old.resolve(tool), "#!/bin/sh\necho 'openjdk version \"17.0.9\"'\n");
      Files.setPosixFilePermissions(
          old.resolve(tool), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    try (Child run =
        sluice(
            Map.of("PATH", old + ":" + System.getenv("PATH"), "S", SECRET),
            "token",
            "--user",
            "u",
            "--secret",
            "env:S")) {
      assertThat(run.awaitExit(LIMIT)).as(run.err().toString()).isZero();
      assertThat(run.out()).hasSize(1).first().asString().matches("[\\w-]+\\.[\\w-]+\\.[\\w-]+");
    }
  }

  @Test
  void lettersBeyondAsciiSurviveWhateverTheLocale() throws Exception {
    try (Child run = sluice(Map.of("LC_ALL", "C"), "tökén")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(2);
      assertThat(run.err()).last().isEqualTo("unknown command 'tökén', did you mean 'token'?");
    }
  }

  @Test
  void continuousIntegrationRunsExactlyTheTests() throws Exception {
    assertThat(Files.readString(FakeCheckout.realRoot().resolve(".ci/run")))
        .endsWith("exec ./sluice test\n");
    assertThat(FakeCheckout.realRoot().resolve(".ci/run")).isExecutable();
  }

  private Child sluice(Map<String, String> environment, String... arguments) throws Exception {
    List<String> command =
        new java.util.ArrayList<>(
            List.of("/bin/sh", FakeCheckout.realRoot().resolve("sluice").toString()));
    command.addAll(List.of(arguments));
    return Child.run(environment, command);
  }
}
