package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The script at the root: finding a JDK, building, running.
class ScriptTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir Path home;
  private FakeCheckout checkout;

  @BeforeEach
  void checkOut() throws Exception {
    checkout = new FakeCheckout(home);
  }

  @Test
  void firstRunBuildsWithProgressOnStderrAndTheAnswerOnStdout() throws Exception {
    try (Child run = checkout.run("token", "--user", "a b")) {
      assertThat(run.awaitExit(LIMIT)).as(run.err().toString()).isZero();
      assertThat(run.err())
          .containsExactly(
              "building Sluice (the first time also fetches its libraries)...",
              "  Sluice: gateway");
      assertThat(run.out()).startsWith("jdk").endsWith("token", "--user", "a b");
    }
    assertThat(checkout.mavenCalls())
        .hasSize(1)
        .first()
        .asString()
        .contains("-Dquick -Dmaven.test.skip=true");
  }

  @Test
  void laterRunsBuildOnlyWhenWhatRunsHasChanged() throws Exception {
    ok("--help");
    ok("--help");
    assertThat(checkout.mavenCalls()).hasSize(1);

    checkout.source("gateway/src/test/java/ATest.java");
    ok("--help");
    assertThat(checkout.mavenCalls()).hasSize(1);

    checkout.source("gateway/src/main/java/A.java");
    ok("--help");
    assertThat(checkout.mavenCalls()).hasSize(2);

    Files.delete(checkout.root().resolve("gateway/src/main/java/A.java"));
    ok("--help");
    assertThat(checkout.mavenCalls()).hasSize(3);

    checkout.source("deploy/standalone/pom.xml");
    ok("--help");
    assertThat(checkout.mavenCalls()).hasSize(4);
  }

  @Test
  void twoAtOnceBuildOnce() throws Exception {
    Path go = home.resolve("go");
    checkout.mavenAlso(
        "n=0; until [ -e '%s' ] || [ $n = 600 ]; do n=$((n + 1)); sleep 0.1; done".formatted(go));
    try (Child one = checkout.run("--help");
        Child two = checkout.run("--help")) {
      await()
          .atMost(LIMIT)
          .until(() -> List.of(one.err(), two.err()).toString().contains("which builds Sluice..."));
      Files.createFile(go);
      assertThat(one.awaitExit(LIMIT)).isZero();
      assertThat(two.awaitExit(LIMIT)).isZero();
      assertThat(one.out()).isEqualTo(two.out()).endsWith("--help");
    }
    assertThat(checkout.mavenCalls()).hasSize(1);
  }

  @Test
  void theLockOfADeadBuildIsBroken() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    Path lock = Files.createDirectories(checkout.root().resolve(".sluice/build.lock"));
    Files.writeString(lock.resolve("pid"), ended.pid() + "\n");
    ok("--help");
    assertThat(lock).doesNotExist();
  }

  @Test
  void whatRunsStaysWhenTheNextBuildOverwritesItsJars() throws Exception {
    Path jar = Path.of(classPath(ok("up")));
    Path bridge = jar.resolveSibling("broker-bridge-0.1.0.jar");
    assertThat(bridge).hasContent("broker-bridge");
    Path built = checkout.root().resolve("perf-tests/target/cli/lib/broker-bridge-0.1.0.jar");
    Files.writeString(built, "overwritten");
    assertThat(bridge).hasContent("broker-bridge");
  }

  @Test
  void aFailedBuildIsOneAndIsTriedAgain() throws Exception {
    checkout.mavenAlso("echo '[ERROR] it broke'; exit 1");
    for (int attempt = 1; attempt <= 2; attempt++) {
      try (Child run = checkout.run("--help")) {
        assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
        assertThat(run.out()).isEmpty();
        assertThat(run.err())
            .contains("    it broke")
            .last()
            .asString()
            .startsWith("the build failed, see ");
      }
      assertThat(checkout.mavenCalls()).hasSize(attempt);
    }
  }

  @Test
  void worksThroughSymbolicLinksFromAnywhere() throws Exception {
    Path link = Files.createDirectories(home.resolve("elsewhere")).resolve("sluice");
    Files.createSymbolicLink(link, Path.of("..", "it's my repo", "sluice"));
    Path second = Files.createSymbolicLink(home.resolve("s"), link);
    try (Child run = checkout.run(Map.of(), second, "--help")) {
      assertThat(run.awaitExit(LIMIT)).as(run.err().toString()).isZero();
      assertThat(Path.of(classPath(run.out()))).startsWith(checkout.root().toRealPath());
    }
  }

  @Test
  void javaHomeThatIsTooOldIsPassedOver() throws Exception {
    Path old = checkout.jdk("old", "17.0.9");
    checkout.jdk(".sdkman/candidates/java/new", "25.0.2");
    try (Child run =
        checkout.run(
            Map.of("JAVA_HOME", old.toString()), checkout.root().resolve("sluice"), "--help")) {
      run.awaitExit(LIMIT);
      assertThat(run.out()).doesNotContain("old"); // the machine's own, or the one in HOME
      assertThat(checkout.mavenCalls()).hasSize(1);
    }
  }

  @Test
  void commandsThatStayGetOtherFlagsThanThoseThatAnswer() throws Exception {
    assertThat(ok("token")).contains("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
    for (String command : List.of("up", "gateway")) {
      assertThat(ok(command))
          .contains("-XX:+UseG1GC", "-XX:+UseCompactObjectHeaders", "-Xmx1g")
          .contains("--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");
    }
    try (Child run =
        checkout.run(
            Map.of("SLUICE_JAVA_OPTS", "-Xmx4g -Da=b"), checkout.root().resolve("sluice"), "up")) {
      run.awaitExit(LIMIT);
      assertThat(run.out()).containsSubsequence("-Xmx1g", "-Xmx4g", "-Da=b");
    }
    try (Child run =
        checkout.run(
            Map.of("SLUICE_JAVA_OPTS", "-Xmx4g"), checkout.root().resolve("sluice"), "doctor")) {
      run.awaitExit(LIMIT);
      assertThat(run.out())
          .contains("-Xmx256m", "doctor")
          .doesNotContain("-Xmx4g")
          .anyMatch(it -> it.startsWith("-Dcli.node-flags=-Xmx1g ") && it.endsWith(" -Xmx4g"));
    }
  }

  @Test
  void whatIsMissingIsOneLineThatSaysWhatToInstall() throws Exception {
    checkout.tool("id", "#!/bin/sh\necho 1000\n");
    checkout.withoutTool("mvn");
    try (Child run = checkout.run("--help")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.err()).hasSize(1).first().asString().contains("Maven 3.8", "install");
    }
    checkout.tool("mvn", "#!/bin/sh\necho 'Apache Maven 3.6.3'\n");
    try (Child run = checkout.run("--help")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.err()).hasSize(1).first().asString().contains("Maven 3.8");
    }
  }

  @Test
  void rootLetsTheSystemsPackageManagerInstallIt() throws Exception {
    checkout.tool("id", "#!/bin/sh\necho 0\n");
    Path maven = home.resolve("bin/mvn");
    Files.move(maven, home.resolve("mvn.package"));
    checkout.tool(
        "apt-get",
        """
        #!/bin/sh
        echo "$*" >>'%s/apt.calls'
        case "$*" in *maven*) cp '%s/mvn.package' '%s' ;; esac
        """
            .formatted(home, home, maven));
    assertThat(ok("--help")).endsWith("--help");
    assertThat(home.resolve("apt.calls"))
        .hasContent("update -qq\ninstall -y -qq --no-install-recommends maven");
  }

  @Test
  void whatIsShippedIsMadeOnLinuxOnly() throws Exception {
    checkout.tool("uname", "#!/bin/sh\necho Darwin arm64\n");
    try (Child run = checkout.run("package")) {
      assertThat(run.awaitExit(LIMIT)).isEqualTo(1);
      assertThat(run.out()).isEmpty();
      assertThat(run.err()).singleElement().asString().contains("'package'", "Linux on x86-64");
    }
    assertThat(checkout.mavenCalls()).isEmpty();
    assertThat(ok("package", "--help")).endsWith("package", "--help");
  }

  static String classPath(List<String> out) {
    return out.get(out.indexOf("-cp") + 1);
  }

  private List<String> ok(String... arguments) throws Exception {
    try (Child run = checkout.run(arguments)) {
      assertThat(run.awaitExit(LIMIT)).as(run.err().toString()).isZero();
      return run.out();
    }
  }
}
