package io.sluice.embedded;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import redis.embedded.RedisExecProvider;

/// The real `redis-server` for this machine, out of the library's jar.
final class RedisBinary {
  private RedisBinary() {}

  /// Puts an executable `redis-server` into the directory.
  ///
  /// @throws EmbeddedStartException when the library has none for this system
  static Path extractTo(Path directory) {
    try {
      File unpacked = RedisExecProvider.defaultProvider().get();
      Path binary = directory.resolve("redis-server");
      Files.move(unpacked.toPath(), binary);
      return binary;
    } catch (IOException | IllegalArgumentException e) {
      throw new EmbeddedStartException("cannot unpack redis-server: " + e, e);
    }
  }
}
