package io.sluice.standalone;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/// Reads a secret from where a flag says it is. The secret itself is never a flag's value, because
/// every user of a machine can list the arguments of every process.
final class SecretSource {
  private static final String FILE = "file:";
  private static final String VARIABLE = "env:";

  private SecretSource() {}

  /// @param reference `file:PATH` (line breaks at the end are no part of it) or `env:NAME`
  static String read(String reference, Map<String, String> environment) throws CommandFailure {
    String secret;
    if (reference.startsWith(FILE)) {
      secret = file(Path.of(reference.substring(FILE.length())));
    } else if (reference.startsWith(VARIABLE)) {
      secret = environment.getOrDefault(reference.substring(VARIABLE.length()), "");
    } else {
      throw CommandFailure.misused("--secret takes file:PATH or env:NAME, never the secret itself");
    }
    if (secret.isEmpty()) {
      throw CommandFailure.misused("--secret " + reference + " is empty or not set");
    }
    return secret;
  }

  private static String file(Path path) throws CommandFailure {
    try {
      return Files.readString(path).replaceFirst("[\\r\\n]+\\z", "");
    } catch (IOException e) {
      throw CommandFailure.misused("--secret cannot be read: " + e);
    }
  }
}
