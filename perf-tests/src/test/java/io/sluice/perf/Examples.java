package io.sluice.perf;

import io.sluice.embedded.FreePorts;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/// The commands of `deploy/examples/README.md`, as they stand there; only addresses, ports and
/// folders are this run's. They run in a copy of `deploy/examples`, so that what one test has them
/// fetch is not replaced under another.
final class Examples {
  static final Path FOLDER = Sluice.ROOT.resolve("deploy/examples");

  private static final String FENCE = "```";

  /// What commands of the page leave there.
  private static final Set<String> GENERATED = Set.of("node_modules", ".venv", "target");

  private final String test;
  private final RunningUp up;
  private final Path data;
  private final Path folder;
  private final List<String> setup = new ArrayList<>();
  private final Map<String, String> commands = new LinkedHashMap<>();

  /// Of the service that others ask.
  private final int servicePort = FreePorts.next();

  private int started;

  /// @param test whose output files these are
  /// @param data the folder that `up` was given; the copy lies in it
  Examples(String test, RunningUp up, Path data) throws IOException {
    this.test = test;
    this.up = up;
    this.data = data;
    this.folder = copied(data.resolve("examples"));
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

  private static Path copied(Path to) throws IOException {
    Files.walkFileTree(
        FOLDER,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path from, BasicFileAttributes attributes)
              throws IOException {
            if (GENERATED.stream().anyMatch(from::endsWith)) {
              return FileVisitResult.SKIP_SUBTREE;
            }
            Files.createDirectories(to.resolve(FOLDER.relativize(from)));
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path from, BasicFileAttributes attributes)
              throws IOException {
            Files.copy(
                from,
                to.resolve(FOLDER.relativize(from)),
                StandardCopyOption.COPY_ATTRIBUTES); // a script stays one
            return FileVisitResult.CONTINUE;
          }
        });
    return to;
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
            + "\n"
            + Objects.requireNonNull(commands.get(example), example)
                .replaceAll("\\b8080\\b", Integer.toString(FreePorts.next()))
                .replaceAll("\\b8081\\b", Integer.toString(servicePort));
    return RunningCommand.start(
        "%s/%s-%d".formatted(test, example.replaceAll("[/ ]", "-"), ++started),
        up.environment(),
        List.of("sh", "-c", "set -e; cd '" + folder + "'\n" + inPlace(script)));
  }

  private String inPlace(String script) {
    return script
        .replace("~/sluice-data", data.toString())
        .replace("../../sluice", "'" + Sluice.ROOT.resolve("sluice") + "'");
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
