package io.sluice.embedded;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// Where a server keeps its files: a directory of the user's, or a temporary one that goes with it.
sealed interface DataDirectory {

  Path path();

  /// Kept when the server closes.
  record Kept(Path path) implements DataDirectory {}

  /// Deleted when the server closes.
  record Temporary(Path path) implements DataDirectory {}

  /// The given directory, created if it is missing.
  static DataDirectory kept(Path path) {
    try {
      return new Kept(Files.createDirectories(path.toAbsolutePath()));
    } catch (IOException e) {
      throw new EmbeddedStartException("cannot use data directory " + path + ": " + e, e);
    }
  }

  /// A fresh one below the system's directory for temporary files.
  static DataDirectory temporary(String prefix) {
    try {
      return new Temporary(Files.createTempDirectory(prefix));
    } catch (IOException e) {
      throw new EmbeddedStartException("cannot create a temporary data directory: " + e, e);
    }
  }

  /// The server has ended and holds no file any more.
  default void release() {
    switch (this) {
      case Kept _ -> {}
      case Temporary(Path path) -> delete(path);
    }
  }

  private static void delete(Path root) {
    try {
      Files.walkFileTree(root, new Deletion());
    } catch (NoSuchFileException _) {
      return; // gone already, which is what was wanted
    } catch (IOException e) {
      throw new UncheckedIOException("cannot delete " + root, e);
    }
  }

  /// Files first, then the directory that held them.
  final class Deletion extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.deleteIfExists(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      Files.deleteIfExists(directory);
      return FileVisitResult.CONTINUE;
    }
  }
}
