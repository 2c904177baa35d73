package io.sluice.gateway;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.config.NodeConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes down what a node was doing when it ended: as a file where `node.snapshot-dir` names a
/// folder, else to the log, a line for each section. Waits up to [#LONGEST]; never throws.
final class Snapshots {
  private static final Logger log = LoggerFactory.getLogger(Snapshots.class);
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  /// For all of it; also what is waited for when a folder or the log hangs.
  static final Duration LONGEST = PATIENCE.plusSeconds(1);

  private static final String PREFIX = "sluice-state-";

  /// In the folder; the oldest of more are deleted.
  static final int MOST_FILES = 20;

  /// Characters of a section in the log: what follows the log may cut longer lines anywhere.
  static final int MOST_OF_A_LINE = 8 << 10;

  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final NodeState state;
  private final NodeConfig config;

  Snapshots(NodeState state, NodeConfig config) {
    this.state = state;
    this.config = config;
  }

  /// What waits for it goes on though the folder or the log hangs.
  ///
  /// @param why a word or two, for the log and the file's name
  void take(String why) {
    Thread writing = Thread.ofPlatform().daemon().name("sluice-state").start(() -> write(why));
    try {
      var _ = writing.join(LONGEST);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(String why) {
    try {
      ObjectNode now = state.now().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (config.snapshotDir().isEmpty()) {
        toLog(now, why);
      } else {
        toFile(now, why, Path.of(config.snapshotDir()));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException | IOException | RuntimeException e) {
      log.warn("what the node was doing was not written down why={}", why, e);
    }
  }

  private static void toLog(ObjectNode now, String why) {
    now.forEachEntry((section, content) -> {
      String text = content.toString();
      String shown =
          text.length() <= MOST_OF_A_LINE
              ? text
              : text.substring(0, MOST_OF_A_LINE)
                  + "… (%d characters left out)".formatted(text.length() - MOST_OF_A_LINE);
      log.info("state why={} section={} {}", why, section, shown);
    });
  }

  private static void toFile(ObjectNode now, String why, Path folder) throws IOException {
    Files.createDirectories(folder);
    String id = now.path("node").path("id").asText();
    Path file =
        folder.resolve("%s%s-%s-%s.json".formatted(PREFIX, NAME.format(Instant.now()), id, why));
    Files.writeString(file, now.toPrettyString(), StandardOpenOption.CREATE_NEW);
    log.info("state why={} file={}", why, file);
    try (Stream<Path> all = Files.list(folder)) {
      List<Path> ours =
          all.filter(it -> it.getFileName().toString().startsWith(PREFIX)).sorted().toList();
      for (Path old : ours.subList(0, Math.max(0, ours.size() - MOST_FILES))) {
        Files.deleteIfExists(old);
      }
    }
  }
}
