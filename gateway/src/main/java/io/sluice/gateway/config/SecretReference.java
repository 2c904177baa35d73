package io.sluice.gateway.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// A secret kept elsewhere: `file:/path` is that file's text without line breaks at its end,
/// `env:NAME` that environment variable's value. Anything else, `file://…` URLs included (some of
/// Kafka's own properties are such URLs), is the value itself.
final class SecretReference {
  /// Far above any key, certificate or JAAS line; a larger file is a mistake.
  private static final long LARGEST = 64 << 10;

  private static final String FILE = "file:";

  private final Map<String, String> environment;

  SecretReference(Map<String, String> environment) {
    this.environment = environment;
  }

  /// @throws IllegalArgumentException telling what is wrong with the reference, without the secret
  String resolve(String value) {
    if (value.startsWith("env:")) {
      String found = environment.get(value.substring("env:".length()));
      if (found == null || found.isEmpty()) {
        throw new IllegalArgumentException(
            "'" + value + "' refers to an environment variable that is not set");
      }
      return found;
    }
    return isFile(value) ? read(value, value.substring(FILE.length())) : value;
  }

  private static boolean isFile(String value) {
    return value.startsWith(FILE) && !value.startsWith("file://");
  }

  /// The file that a value refers to, if it is such a reference and could be read at all.
  static Optional<Path> file(String value) {
    if (!isFile(value)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Path.of(value.substring(FILE.length()))).filter(Path::isAbsolute);
    } catch (InvalidPathException _) {
      return Optional.empty(); // reading it says what is wrong
    }
  }

  private static String read(String reference, String name) {
    try {
      Path path = Path.of(name);
      if (!path.isAbsolute()) {
        throw new IllegalArgumentException("'" + reference + "' needs an absolute path");
      }
      if (Files.size(path) > LARGEST) {
        throw new IllegalArgumentException(
            "'%s' refers to a file of %d bytes, more than %d"
                .formatted(reference, Files.size(path), LARGEST));
      }
      String text = Files.readString(path, StandardCharsets.UTF_8);
      String secret = text.replaceFirst("[\\r\\n]+\\z", "");
      if (secret.isEmpty()) {
        throw new IllegalArgumentException("'" + reference + "' refers to an empty file");
      }
      return secret;
    } catch (IOException | InvalidPathException e) {
      throw new IllegalArgumentException(
          "'" + reference + "' refers to a file that cannot be read (" + e + ")", e);
    }
  }
}
