package io.sluice.standalone.run;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// The folder of the run files, one for each running `up`. Files of dead ones are removed when they
/// are met. Any thread, any process.
public final class RunFiles {
  private static final String PATTERN = "run-*.json";

  private final Path folder;

  /// @param folder need not exist
  public RunFiles(Path folder) {
    this.folder = folder;
  }

  /// Where this user's run files are: `$XDG_STATE_HOME/sluice`, or `~/.local/state/sluice`.
  public static RunFiles ofUser(Map<String, String> environment) {
    String state = environment.getOrDefault("XDG_STATE_HOME", "");
    String home = environment.getOrDefault("HOME", System.getProperty("user.home"));
    // The XDG specification: a path that is not absolute is to be ignored.
    Path base = state.startsWith("/") ? Path.of(state) : Path.of(home, ".local", "state");
    return new RunFiles(base.resolve("sluice"));
  }

  /// Writes the file of an `up` that is ready.
  public void write(RunFile run) throws IOException {
    PrivateFile.folder(folder);
    PrivateFile.write(file(run), run.toJson());
  }

  /// Removes it again, unless another `up` has taken its place.
  public void remove(RunFile run) throws IOException {
    if (read(file(run)).filter(found -> found.up().equals(run.up())).isPresent()) {
      Files.deleteIfExists(file(run));
    }
  }

  /// Every running `up`, by edge port.
  public List<RunFile> live() {
    List<RunFile> live = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, PATTERN)) {
      for (Path file : files) {
        Optional<RunFile> run = read(file);
        if (run.isEmpty()) {
          continue; // of another version, which may well be running
        }
        if (run.get().up().isAlive()) {
          live.add(run.get());
        } else {
          Files.deleteIfExists(file);
        }
      }
    } catch (NoSuchFileException _) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the run files in " + folder + ": " + e, e);
    }
    live.sort(Comparator.comparingInt(RunFile::edgePort));
    return List.copyOf(live);
  }

  /// The one that is meant.
  ///
  /// @param command how the reader calls the command line, for the message
  /// @throws NoSuchRunException when none or several fit
  public RunFile choose(RunChoice choice, String command) throws NoSuchRunException {
    List<RunFile> live = live();
    if (live.isEmpty()) {
      throw new NoSuchRunException(
          "no running 'sluice up' found; start one with " + command + " up");
    }
    List<RunFile> fitting = live.stream().filter(choice::fits).toList();
    if (fitting.isEmpty()) {
      throw new NoSuchRunException(
          "no running 'sluice up' has " + choice + "; running: " + listed(live));
    }
    if (fitting.size() > 1) {
      throw new NoSuchRunException(
          "%d 'sluice up' are running, choose one with --edge-port or --data: %s"
              .formatted(fitting.size(), listed(fitting)));
    }
    return fitting.getFirst();
  }

  private static String listed(List<RunFile> runs) {
    return runs.stream().map(RunFile::toString).collect(Collectors.joining(", "));
  }

  private Path file(RunFile run) {
    return folder.resolve("run-" + run.edgePort() + ".json");
  }

  private static Optional<RunFile> read(Path file) throws IOException {
    try {
      return RunFile.parse(Files.readString(file));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    }
  }
}
