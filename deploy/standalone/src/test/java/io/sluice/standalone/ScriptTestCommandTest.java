package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./sluice test`, as the script does it.
class ScriptTestCommandTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path home;
  private FakeCheckout checkout;

  @BeforeEach
  void checkOut() throws Exception {
    checkout = new FakeCheckout(home);
  }

  @Test
  void lastLineHasTheNumbersOfAllReports() throws Exception {
    checkout.mavenAlso(report("A", 5, 0, 0, 0) + report("B", 7, 0, 0, 0));
    try (Child run = checkout.run("test")) {
      assertThat(run.awaitExit(LIMIT)).as(run.err().toString()).isZero();
      assertThat(run.out()).containsExactly("12 passed, 0 failed");
      assertThat(run.err()).contains("running the tests...", "  Sluice: gateway");
    }
    assertThat(checkout.mavenCalls()).last().asString().endsWith("-fae verify");
  }

  @Test
  void failuresErrorsAndSkipsAreCountedAndFailTheCommand() throws Exception {
    checkout.mavenAlso(report("A", 5, 1, 2, 1) + "case \"$*\" in *verify*) exit 1 ;; esac\n");
    try (Child run = checkout.run("test")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.out()).containsExactly("1 passed, 2 failed, 2 skipped");
      assertThat(run.err()).last().asString().startsWith("failed; everything Maven said is in ");
    }
  }

  @Test
  void aBuildThatFailsOutsideItsTestsFailsToo() throws Exception {
    checkout.mavenAlso(report("A", 5, 0, 0, 0) + "case \"$*\" in *verify*) exit 1 ;; esac\n");
    try (Child run = checkout.run("test")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.out()).containsExactly("5 passed, 0 failed");
    }
  }

  @Test
  void noTestsAtAllIsAFailureAndOldReportsDoNotCount() throws Exception {
    Path old = checkout.source("gateway/target/surefire-reports/TEST-Old.xml");
    Files.writeString(old, "<testsuite tests=\"9\" errors=\"0\" skipped=\"0\" failures=\"0\">\n");
    try (Child run = checkout.run("test")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.out()).containsExactly("0 passed, 0 failed");
    }
  }

  @Test
  void fullClearsTheExcludedGroups() throws Exception {
    checkout.mavenAlso(report("A", 1, 0, 0, 0));
    try (Child run = checkout.run("test", "--full")) {
      assertThat(run.awaitExit(LIMIT)).isZero();
    }
    assertThat(checkout.mavenCalls()).last().asString().endsWith("-Dexcluded.groups= verify");
  }

  @Test
  void theClientOfTheExamplesIsFetchedOnce() throws Exception {
    checkout.mavenAlso(report("A", 1, 0, 0, 0));
    checkout.source("deploy/examples/js/package-lock.json");
    checkout.tool(
        "npm",
        """
        #!/bin/sh
        echo "$*" >>'%s/npm.calls'
        mkdir -p node_modules
        touch node_modules/.package-lock.json
        """
            .formatted(home));
    for (int time = 0; time < 2; time++) {
      try (Child run = checkout.run("test")) {
        assertThat(run.awaitExit(LIMIT)).isZero();
      }
    }
    assertThat(home.resolve("npm.calls")).hasContent("ci --no-audit --no-fund");
  }

  @Test
  void whatTheTestsNeedIsOneLineWhenItCannotBeInstalled() throws Exception {
    checkout.tool("id", "#!/bin/sh\necho 1000\n");
    checkout.tool("node", "#!/bin/sh\necho v18.19.0\n");
    assertRefused("Node.js 20");
    checkout.tool("node", "#!/bin/sh\necho v22.0.0\n");
    assertRefused("Prometheus");
    checkout.withoutTool("chromium");
    assertRefused("Chromium");
    assertRefused("HAProxy", "--full");
  }

  @Test
  void helpAndMistakesAreAnsweredLikeAnyOtherCommands() throws Exception {
    try (Child run = checkout.run("test", "--ful")) {
      run.awaitExit(LIMIT);
      assertThat(run.out()).endsWith("test", "--ful");
    }
    assertThat(checkout.mavenCalls()).noneMatch(call -> call.contains("verify"));
  }

  private void assertRefused(String what, String... flags) throws Exception {
    List<String> arguments = new ArrayList<>(List.of("test"));
    arguments.addAll(List.of(flags));
    Map<String, String> none = Map.of("CHROMIUM", "none", "HAPROXY", "none", "PROMTOOL", "none");
    try (Child run =
        checkout.run(none, checkout.root().resolve("sluice"), arguments.toArray(String[]::new))) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.err()).hasSize(1).first().asString().contains(what, "install");
      assertThat(run.out()).isEmpty();
    }
    assertThat(checkout.mavenCalls()).isEmpty();
  }

  /// Makes Maven write what surefire writes, as far as it is read.
  private static String report(String name, int tests, int errors, int skipped, int failures) {
    return """
    case "$*" in *verify*)
      mkdir -p gateway/target/surefire-reports
      cat >gateway/target/surefire-reports/TEST-%s.xml <<X
    <?xml version="1.0" encoding="UTF-8"?>
    <testsuite name="%s" time="0.1" tests="%d" errors="%d" skipped="%d" failures="%d">
      <testcase name="a" time="0.0"/>
    </testsuite>
    X
    esac
    """
        .formatted(name, name, tests, errors, skipped, failures);
  }
}
