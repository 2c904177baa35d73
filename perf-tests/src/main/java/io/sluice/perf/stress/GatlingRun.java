package io.sluice.perf.stress;

import io.gatling.app.Gatling$;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;

/// Gatling in this process. What it prints goes to the progress, and is kept as far as it tells of
/// assertions. Once in a process: it prints to where standard output was when it began.
final class GatlingRun {
  private static final int REACHED = 0;
  private static final int MISSED = 2;

  private final StressPlan plan;
  private final PrintStream progress;

  GatlingRun(StressPlan plan, PrintStream progress) {
    this.plan = plan;
    this.progress = progress;
  }

  /// What came of it.
  ///
  /// @param printed lines that tell of assertions
  /// @param page Gatling's own
  record Done(List<String> printed, Path page) {
    Done {
      printed = List.copyOf(printed);
    }
  }

  /// @throws IOException when it failed, or left no page
  Done run() throws IOException {
    Path folder = plan.folder().resolve("gatling");
    List<String> printed = Collections.synchronizedList(new ArrayList<>());
    PrintStream before = System.out;
    try (PrintStream lines = new PrintStream(new Lines(printed), true, StandardCharsets.UTF_8)) {
      System.setOut(lines);
      int code =
          Gatling$.MODULE$.fromArgs(
              new String[] {
                "--simulation",
                plan.scenario().simulation().getName(),
                "--results-folder",
                folder.toString()
              });
      if (code != REACHED && code != MISSED) {
        throw new IOException("Gatling ended with code " + code);
      }
    } finally {
      System.setOut(before);
    }
    try (Stream<Path> runs = Files.list(folder)) {
      Path page =
          runs.map(it -> it.resolve("index.html"))
              .filter(Files::exists)
              .findFirst()
              .orElseThrow(() -> new IOException("Gatling left no page in " + folder));
      return new Done(printed, page);
    }
  }

  /// Passes lines on, and keeps those of assertions.
  private final class Lines extends OutputStream {
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private final List<String> kept;

    Lines(List<String> kept) {
      this.kept = kept;
    }

    @Override
    public synchronized void write(int b) {
      if (b != '\n') {
        line.write(b);
        return;
      }
      String text = line.toString(StandardCharsets.UTF_8);
      line.reset();
      if (text.contains(" : true (") || text.contains(" : false (")) {
        kept.add(text);
      }
      progress.println(text);
    }
  }
}
