package io.sluice.perf;

import io.sluice.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/// The commands of `deploy/examples/README.md`, as they stand there; only addresses, ports and the
/// data folder are this run's.
final class Examples {
  static final Path FOLDER = Sluice.ROOT.resolve("deploy/examples");

  private static final String FENCE = "```";

  private final String test;
  private final RunningUp up;
  private final Path data;
  private final List<String> setup = new ArrayList<>();
  private final Map<String, String> commands = new LinkedHashMap<>();

  /// Of the service that others ask.
  private final int servicePort = FreePorts.next();

  private int started;

  /// @param test whose output files these are
  /// @param data the folder that `up` was given
  Examples(String test, RunningUp up, Path data) throws IOException {
    this.test = test;
    this.up = up;
    this.data = data;
    List<String> lines = Files.readAllLines(FOLDER.resolve("README.md"));
    String section = "";
    String what = "";
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.startsWith("## ")) {
        section = line.substring(3);
      } else if (line.startsWith(FENCE)) {
        int end = i + 1 + lines.subList(i + 1, lines.size()).indexOf(FENCE);
        String block = String.join("\n", lines.subList(i + 1, end));
        if (section.isEmpty()) {
          setup.add(block);
        } else {
          commands.put(section + "/" + what, block);
        }
        i = end;
      } else if (!line.isBlank()) {
        what = line.replace(":", "");
      }
    }
  }

  /// Everything that the page has a command for, such as `Java/Subscribe`.
  List<String> all() {
    return List.copyOf(commands.keySet());
  }

  boolean has(String example) {
    return commands.containsKey(example);
  }

  /// Starts one.
  RunningCommand start(String example) throws IOException {
    String script =
        String.join("\n", setup)
                .replace("127.0.0.1:8000", up.node().edge().getAuthority())
                .replace("127.0.0.1:9000", up.node().api().getAuthority())
                .replace("127.0.0.1:9092", up.runFile().kafka())
                .replace("~/sluice-data", data.toString())
            + "\n"
            + Objects.requireNonNull(commands.get(example), example)
                .replace("~/sluice-data", data.toString())
                .replaceAll("\\b8080\\b", Integer.toString(FreePorts.next()))
                .replaceAll("\\b8081\\b", Integer.toString(servicePort));
    return RunningCommand.start(
        "%s/%s-%d".formatted(test, example.replaceAll("[/ ]", "-"), ++started),
        up.environment(),
        List.of("sh", "-c", "set -e; cd '" + FOLDER + "'\n" + script));
  }

  /// Whether this machine has all these programs.
  static boolean haveAll(String... programs) {
    try {
      for (String program : programs) {
        ProcessBuilder look = new ProcessBuilder("sh", "-c", "command -v " + program);
        if (look.redirectOutput(ProcessBuilder.Redirect.DISCARD).start().waitFor() != 0) {
          return false;
        }
      }
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while looking for programs", e);
    }
  }
}
