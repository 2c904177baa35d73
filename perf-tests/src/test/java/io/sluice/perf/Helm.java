package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/// The real `helm`, on the chart that is shipped. `HELM` may name it, or it is on the PATH; else it
/// is built with Go, once for this checkout. For one thread.
final class Helm {
  static final Path CHART = Sluice.ROOT.resolve("deploy/helm/sluice");

  private static final String SOURCE = "helm.sh/helm/v3/cmd/helm@v3.22.0";
  private static final Path BUILT = Sluice.ROOT.resolve(".sluice/helm");

  /// The oldest that the chart is for. A helm that was built like this takes an older one for
  /// granted.
  private static final String KUBERNETES = "--kube-version=1.30.0";

  private static final Duration BUILDING = Duration.ofMinutes(15);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final String test;
  private final String program;
  private final Map<String, String> homes;
  private int runs;

  private Helm(String test, String program) throws IOException {
    this.test = test;
    this.program = program;
    String home = RunningCommand.output(test + "/home").toString();
    this.homes = Map.of("HELM_CACHE_HOME", home, "HELM_CONFIG_HOME", home, "HELM_DATA_HOME", home);
  }

  /// What it said.
  ///
  /// @param exit its exit code
  record Answer(int exit, List<String> out, List<String> err) {
    /// For people.
    @Override
    public String toString() {
      return "exit code %d%n%s%n%s".formatted(exit, String.join("\n", out), String.join("\n", err));
    }
  }

  /// @param test whose files these are, see [RunningCommand#start]
  /// @throws AssertionError when there is none, and no Go to build it with
  static Helm find(String test) throws IOException, InterruptedException {
    Optional<String> found = onPath("helm", Objects.requireNonNullElse(System.getenv("HELM"), ""));
    if (found.isPresent()) {
      return new Helm(test, found.get());
    }
    Path built = BUILT.resolve("helm");
    if (!Files.isExecutable(built)) {
      String go =
          onPath("go", "/usr/local/go/bin/go")
              .orElseThrow(
                  () -> new AssertionError("no helm, and no Go to build it; HELM may name it"));
      Map<String, String> into = Map.of("GOBIN", BUILT.toString());
      try (RunningCommand install =
          RunningCommand.start(test + "/go", into, List.of(go, "install", SOURCE))) {
        assertThat(install.awaitExit(BUILDING)).as(install::toString).isZero();
      }
    }
    return new Helm(test, built.toString());
  }

  private static Optional<String> onPath(String program, String named) {
    String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
    return Stream.concat(
            Stream.of(Path.of(named)),
            Stream.of(path.split(":", -1)).map(folder -> Path.of(folder, program)))
        .filter(file -> file.isAbsolute() && Files.isExecutable(file))
        .map(Path::toString)
        .findFirst();
  }

  /// Looks for mistakes, warnings included.
  Answer lint(String values) throws IOException, InterruptedException {
    return run("lint", "--strict", KUBERNETES, CHART.toString(), "--values", file(values));
  }

  /// Writes down what would be given to Kubernetes, as release `web` in the namespace `front`.
  Answer template(String values) throws IOException, InterruptedException {
    return run(
        "template",
        "web",
        CHART.toString(),
        KUBERNETES,
        "--namespace",
        "front",
        "--values",
        file(values));
  }

  /// The same, read; fails where it is refused.
  Rendered render(String values) throws IOException, InterruptedException {
    Answer answer = template(values);
    assertThat(answer.exit()).as(answer::toString).isZero();
    return Rendered.of(String.join("\n", answer.out()));
  }

  private String file(String values) throws IOException {
    Path file = RunningCommand.output("%s/values-%d.yaml".formatted(test, runs));
    Files.writeString(file, values);
    return file.toString();
  }

  private Answer run(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program));
    command.addAll(List.of(arguments));
    String name = "%s/helm-%d".formatted(test, runs++);
    try (RunningCommand running = RunningCommand.start(name, homes, command)) {
      int exit = running.awaitExit(LIMIT);
      return new Answer(exit, running.out(), running.err());
    }
  }
}
