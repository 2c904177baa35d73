package io.sluice.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// A checkout with the real script and nothing else that is real: the JDK prints its arguments,
/// Maven makes empty jars and notes that it was called, and PATH holds only what a small system
/// has.
final class FakeCheckout {
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "cat",
          "cp",
          "cut",
          "date",
          "dirname",
          "env",
          "find",
          "head",
          "id",
          "ln",
          "mkdir",
          "mv",
          "ps",
          "readlink",
          "rm",
          "sed",
          "sh",
          "sleep",
          "touch");

  private static final String MAVEN =
      """
      #!/bin/sh
      if [ "$1" = -v ]; then echo 'Apache Maven 3.9.9'; exit; fi
      echo "$*" >>mvn.calls
      echo '[INFO] Building Sluice: gateway 0.1.0   [1/1]'
      if [ -f mvn.script ]; then . ./mvn.script; fi
      out=perf-tests/target/cli
      mkdir -p $out/lib
      for jar in broker-bridge session-store gateway embedded standalone netty; do
        echo $jar >$out/lib/$jar-0.1.0.jar
      done
      echo perf-tests >$out/perf-tests-0.1.0.jar
      """;

  private final Path home;
  private final Path root;
  private final Path tools;

  /// @param home a temporary folder; the checkout's path below it has a space and a quote
  FakeCheckout(Path home) throws IOException {
    this.home = home;
    this.root = Files.createDirectories(home.resolve("it's my repo"));
    this.tools = Files.createDirectories(home.resolve("bin"));
    Path script = Files.copy(realRoot().resolve("sluice"), root.resolve("sluice"));
    executable(script);
    source("gateway/src/main/java/A.java");
    source("gateway/src/test/java/ATest.java");
    source("deploy/standalone/pom.xml");
    for (String tool : TOOLS) {
      Files.createSymbolicLink(tools.resolve(tool), find(tool));
    }
    tool("mvn", MAVEN);
    tool("node", "#!/bin/sh\necho v20.1.0\n");
    tool("npm", "#!/bin/sh\n");
    tool("haproxy", "#!/bin/sh\n");
    tool("docker-compose", "#!/bin/sh\n");
    tool("systemd-analyze", "#!/bin/sh\n");
    tool("chromium", "#!/bin/sh\necho Chromium\n");
    tool("prometheus", "#!/bin/sh\n");
    tool("promtool", "#!/bin/sh\n");
    jdk("jdk", "25.0.1");
  }

  static Path realRoot() {
    return Path.of(System.getProperty("sluice.root", ".")).toAbsolutePath();
  }

  Path root() {
    return root;
  }

  Path source(String name) throws IOException {
    Path file = root.resolve(name);
    Files.createDirectories(file.resolveSibling("."));
    return Files.writeString(file, "");
  }

  /// Puts a script on the PATH.
  void tool(String name, String text) throws IOException {
    Files.deleteIfExists(tools.resolve(name));
    executable(Files.writeString(tools.resolve(name), text));
  }

  void withoutTool(String name) throws IOException {
    Files.deleteIfExists(tools.resolve(name));
  }

  /// Runs as part of Maven.
  void mavenAlso(String script) throws IOException {
    Files.writeString(root.resolve("mvn.script"), script);
  }

  /// How often Maven has built something.
  List<String> mavenCalls() throws IOException {
    Path calls = root.resolve("mvn.calls");
    return Files.exists(calls) ? Files.readAllLines(calls) : List.of();
  }

  /// A JDK whose `java` prints its name and arguments, one a line.
  Path jdk(String name, String version) throws IOException {
    Path bin = Files.createDirectories(home.resolve(name).resolve("bin"));
    Files.writeString(home.resolve(name).resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    executable(
        Files.writeString(
            bin.resolve("java"), "#!/bin/sh\nprintf '%s\\n' '" + name + "' \"$@\"\n"));
    executable(Files.writeString(bin.resolve("javac"), "#!/bin/sh\n"));
    return home.resolve(name);
  }

  /// Runs the script with JAVA_HOME at the first JDK.
  Child run(String... arguments) throws IOException {
    return run(Map.of(), root.resolve("sluice"), arguments);
  }

  Child run(Map<String, String> environment, Path script, String... arguments) throws IOException {
    Map<String, String> all =
        new TreeMap<>(
            Map.of(
                "PATH", tools.toString(),
                "HOME", home.toString(),
                "LC_ALL", "C",
                "JAVA_HOME", home.resolve("jdk").toString()));
    all.putAll(environment);
    var command = new java.util.ArrayList<>(List.of(script.toString()));
    command.addAll(List.of(arguments));
    return Child.run(all, command);
  }

  private static void executable(Path file) throws IOException {
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private static Path find(String tool) throws IOException {
    for (String folder : List.of("/usr/bin", "/bin", "/usr/local/bin", "/opt/homebrew/bin")) {
      if (Files.isExecutable(Path.of(folder, tool))) {
        return Path.of(folder, tool);
      }
    }
    throw new IOException("this machine has no " + tool);
  }
}
