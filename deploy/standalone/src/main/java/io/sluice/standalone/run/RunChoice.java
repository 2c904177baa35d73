package io.sluice.standalone.run;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which of several running `up` is meant.
///
/// @param edgePort the edge port of one of its nodes; null: any
/// @param data its data directory; null: any
public record RunChoice(@Nullable Integer edgePort, @Nullable Path data) {
  /// The only one that runs.
  public static final RunChoice ANY = new RunChoice(null, null);

  boolean fits(RunFile run) {
    return (edgePort == null || run.hasEdgePort(edgePort))
        && (data == null || isSameFolder(data, run.data()));
  }

  private static boolean isSameFolder(Path a, Path b) {
    try {
      return Files.isSameFile(a, b);
    } catch (IOException _) {
      return a.toAbsolutePath().normalize().equals(b); // one of them is gone
    }
  }

  /// As the flags that made it.
  @Override
  public String toString() {
    List<String> flags = new ArrayList<>();
    if (edgePort != null) {
      flags.add("--edge-port " + edgePort);
    }
    if (data != null) {
      flags.add("--data " + data);
    }
    return String.join(" ", flags);
  }
}
