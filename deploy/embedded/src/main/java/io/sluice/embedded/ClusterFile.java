package io.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/// The file that says which cluster a data directory belongs to and how many nodes it has. Locked
/// while the cluster runs, so that two processes never share a directory.
final class ClusterFile implements AutoCloseable {
  static final String NAME = "cluster";
  private static final Pattern CONTENT =
      Pattern.compile("cluster-id=(?<id>[\\w-]{22})\nnodes=(?<nodes>\\d)\n");
  private static final int LONGEST = 64;

  private final FileChannel file;
  private final String clusterId;

  private ClusterFile(FileChannel file, String clusterId) {
    this.file = file;
    this.clusterId = clusterId;
  }

  /// Opens the directory's file, or writes a new one with a new cluster id.
  ///
  /// @throws EmbeddedStartException when another cluster runs there, or one of another size lives
  ///   there
  static ClusterFile open(Path directory, int nodes) {
    Path path = directory.resolve(NAME);
    try {
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
      try {
        lock(file, directory);
        return new ClusterFile(file, read(file, path, nodes));
      } catch (IOException | RuntimeException e) {
        file.close();
        throw e;
      }
    } catch (IOException e) {
      throw new EmbeddedStartException("cannot use " + path + ": " + e, e);
    }
  }

  String clusterId() {
    return clusterId;
  }

  private static void lock(FileChannel file, Path directory) throws IOException {
    try {
      if (file.tryLock() != null) {
        return;
      }
    } catch (OverlappingFileLockException _) {
      // Held by this very process, which tryLock reports in its own way.
    }
    throw new EmbeddedStartException(
        "data directory " + directory + " is in use by another embedded Kafka");
  }

  private static String read(FileChannel file, Path path, int nodes) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(LONGEST);
    file.read(bytes, 0);
    String text = StandardCharsets.UTF_8.decode(bytes.flip()).toString();
    if (text.isEmpty()) {
      return create(file, nodes);
    }
    Matcher content = CONTENT.matcher(text);
    if (!content.matches()) {
      throw new EmbeddedStartException(path + " does not describe a cluster");
    }
    if (Integer.parseInt(content.group("nodes")) != nodes) {
      throw new EmbeddedStartException(
          path + " is of a cluster of " + content.group("nodes") + " nodes, not of " + nodes);
    }
    return content.group("id");
  }

  private static String create(FileChannel file, int nodes) throws IOException {
    String clusterId = Uuid.randomUuid().toString();
    String text = "cluster-id=" + clusterId + "\nnodes=" + nodes + "\n";
    file.write(StandardCharsets.UTF_8.encode(text), 0);
    file.force(true);
    return clusterId;
  }

  /// Gives up the lock; the file stays.
  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
