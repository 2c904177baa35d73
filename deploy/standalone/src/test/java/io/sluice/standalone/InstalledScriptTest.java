package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The start script that is shipped, with a `java` that prints its arguments and a PATH on which
/// there is nothing.
class InstalledScriptTest {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final String SHIPPED = "deploy/distribution/bin/sluice";
  private static final Pattern NODE_FLAGS = Pattern.compile("(?s)\nnode_flags=\"(.*?)\"\n");

  @TempDir Path folder;
  private Path home;

  @BeforeEach
  void install() throws Exception {
    home = Files.createDirectories(folder.resolve("it's here"));
    Files.createDirectories(home.resolve("bin"));
    Files.createDirectories(home.resolve("lib"));
    Files.copy(FakeCheckout.realRoot().resolve(SHIPPED), home.resolve("bin/sluice"));
    Path java = Files.createDirectories(home.resolve("runtime/bin")).resolve("java");
    Files.writeString(java, "#!/bin/sh\nprintf '%s\\n' \"$@\"\n");
    for (Path program : List.of(java, home.resolve("bin/sluice"))) {
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
    Files.writeString(home.resolve("lib/classpath"), "standalone-1.jar\nanother-2.jar\n");
  }

  @Test
  void aNodeHasTheFlagsOfANodeOfACheckout() throws Exception {
    assertThat(nodeFlags(SHIPPED)).isEqualTo(nodeFlags("sluice"));
    assertThat(run(Map.of(), home.resolve("bin/sluice"), "gateway", "--config", "a b.yaml"))
        .contains(nodeFlags(SHIPPED).replace("\\\n", "").split(" +", -1))
        .containsSubsequence("io.sluice.standalone.Main", "gateway", "--config", "a b.yaml");
  }

  @Test
  void whatIsInSluiceJavaOptsComesLaterThanTheFlags() throws Exception {
    Map<String, String> more = Map.of("SLUICE_JAVA_OPTS", "-Xmx4g -Da=b");
    assertThat(run(more, home.resolve("bin/sluice"), "gateway"))
        .containsSubsequence("-Xmx1g", "-Xmx4g", "-Da=b", "io.sluice.standalone.Main");
    assertThat(run(more, home.resolve("bin/sluice"), "token"))
        .containsSubsequence("-Xmx256m", "-Xmx4g", "-Da=b", "io.sluice.standalone.Main", "token");
  }

  /// A doctor with another collector besides its own would not start, and one that takes the heap
  /// of a node for 1 GiB finds fault with what is fine.
  @Test
  void aDoctorIsToldTheFlagsOfANodeAndRunsWithNoneOfThem() throws Exception {
    Map<String, String> more = Map.of("SLUICE_JAVA_OPTS", "-Xmx4g -XX:+UseZGC");
    assertThat(run(more, home.resolve("bin/sluice"), "doctor", "--config", "a b.yaml"))
        .doesNotContain("-Xmx4g", "-XX:+UseZGC", "-XX:+UseG1GC")
        .contains(
            "-Dcli.node-flags=" + nodeFlags(SHIPPED).replace("\\\n", "") + " -Xmx4g -XX:+UseZGC")
        .containsSubsequence("io.sluice.standalone.Main", "doctor", "--config", "a b.yaml");
  }

  @Test
  void theClassPathKeepsItsOrderAndFollowsTheFolder() throws Exception {
    String lib = home.toRealPath().resolve("lib").toString();
    assertThat(ScriptTest.classPath(run(Map.of(), home.resolve("bin/sluice"), "token")))
        .isEqualTo(lib + "/standalone-1.jar:" + lib + "/another-2.jar");
  }

  @Test
  void onlyANodeIsGivenTheCacheAndOnlyWhereThereIsOne() throws Exception {
    assertThat(run(Map.of(), home.resolve("bin/sluice"), "gateway"))
        .noneMatch(flag -> flag.startsWith("-XX:AOTCache"));
    Path cache = Files.writeString(home.resolve("lib/sluice.aot"), "cache");
    assertThat(run(Map.of(), home.resolve("bin/sluice"), "gateway"))
        .contains("-XX:AOTCache=" + cache.toRealPath());
    assertThat(run(Map.of(), home.resolve("bin/sluice"), "token"))
        .noneMatch(flag -> flag.startsWith("-XX:AOTCache"));
  }

  @Test
  void itIsFoundBehindSymbolicLinks() throws Exception {
    Path link = Files.createSymbolicLink(folder.resolve("sluice"), Path.of("it's here/bin/sluice"));
    Path second = Files.createSymbolicLink(folder.resolve("s"), link);
    Map<String, String> withReadlink = Map.of("PATH", System.getenv("PATH"));
    assertThat(ScriptTest.classPath(run(withReadlink, second, "--help")))
        .startsWith(home.toRealPath() + "/lib/standalone-1.jar:");
  }

  private static String nodeFlags(String script) throws IOException {
    Matcher flags = NODE_FLAGS.matcher(Files.readString(FakeCheckout.realRoot().resolve(script)));
    assertThat(flags.find()).as("node_flags of %s", script).isTrue();
    return flags.group(1);
  }

  private static List<String> run(Map<String, String> environment, Path script, String... arguments)
      throws Exception {
    Map<String, String> all = new java.util.HashMap<>(Map.of("PATH", "/nowhere"));
    all.putAll(environment);
    List<String> command = new ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    try (Child run = Child.run(all, command)) {
      assertThat(run.awaitExit(LIMIT)).as(run.err().toString()).isZero();
      return run.out();
    }
  }
}
