package io.sluice.standalone.up;

import io.sluice.standalone.run.PrivateFile;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where one `up` keeps everything: Kafka's and Redis' data, secrets, configurations and logs.
/// Locked while it is used. A temporary one is deleted at the end; should its `up` be killed, the
/// next one deletes it.
final class DataFolder implements AutoCloseable {
  private static final String TEMPORARY = "sluice-up-";
  private static final String LOCK = "lock";

  private final Path path;
  private final boolean isTemporary;
  private final FileChannel lock;

  private DataFolder(Path path, boolean isTemporary, FileChannel lock) {
    this.path = path;
    this.isTemporary = isTemporary;
    this.lock = lock;
  }

  /// @param wanted null: a temporary one
  static DataFolder open(@Nullable Path wanted) throws UpFailure {
    try {
      if (wanted == null) {
        Path shared = Path.of(System.getProperty("java.io.tmpdir"));
        deleteAbandoned(shared);
        return locked(Files.createTempDirectory(shared, TEMPORARY), /* isTemporary= */ true);
      }
      return locked(
          PrivateFile.folder(wanted.toAbsolutePath().normalize()), /* isTemporary= */ false);
    } catch (IOException e) {
      throw new UpFailure(
          "cannot use the data directory %s: %s".formatted(wanted == null ? "" : wanted, e), e);
    }
  }

  Path path() {
    return path;
  }

  /// The configuration that a node is started with.
  Path nodeConfig(int node) {
    return path.resolve("node-" + node + ".yaml");
  }

  Path kafka() {
    return path.resolve("kafka");
  }

  Path redis() {
    return path.resolve("redis");
  }

  Path logs() throws IOException {
    return PrivateFile.folder(path.resolve("logs"));
  }

  /// A fresh file for a node's output; that of the run before is kept beside it.
  Path nodeLog(int node) throws IOException {
    Path log = logs().resolve("node-" + node + ".log");
    if (Files.exists(log)) {
      Files.move(
          log,
          log.resolveSibling("node-" + node + ".previous.log"),
          StandardCopyOption.REPLACE_EXISTING);
    }
    return log;
  }

  /// Deletes a temporary folder, leaves any other as it is.
  @Override
  public void close() throws IOException {
    try (lock) {
      if (isTemporary) {
        delete(path);
      }
    }
  }

  private static DataFolder locked(Path path, boolean isTemporary) throws IOException, UpFailure {
    FileChannel lock = tryLock(path);
    if (lock == null) {
      throw new UpFailure("the data directory " + path + " is in use by another 'sluice up'");
    }
    return new DataFolder(path, isTemporary, lock);
  }

  private static @Nullable FileChannel tryLock(Path folder) throws IOException {
    FileChannel file =
        FileChannel.open(folder.resolve(LOCK), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (file.tryLock() != null) {
        return file;
      }
    } catch (OverlappingFileLockException _) {
      // Held by this very process, which tryLock reports in its own way.
    } catch (IOException | RuntimeException e) {
      file.close();
      throw e;
    }
    file.close();
    return null;
  }

  /// Whose lock file nobody locks: its `up` was killed. One without a lock file may be a moment
  /// old.
  private static void deleteAbandoned(Path shared) throws IOException {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(shared, TEMPORARY + "*")) {
      for (Path folder : found) {
        if (Files.isWritable(folder.resolve(LOCK))) {
          try (FileChannel lock = tryLock(folder)) {
            if (lock != null) {
              delete(folder);
            }
          }
        }
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    List<Path> everything;
    try (Stream<Path> walk = Files.walk(folder)) {
      everything = walk.sorted(Comparator.reverseOrder()).toList();
    }
    for (Path file : everything) {
      Files.deleteIfExists(file);
    }
  }
}
