package io.sluice.gateway.config;

import java.util.List;

/// The configuration cannot be used. The message has one line per problem; each names the key, the
/// value and what would do. Values of secrets are never in it.
public final class ConfigException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Serializable, as a field of a throwable should be.
  private final String[] problems;

  /// @param problems at least one
  public ConfigException(List<String> problems) {
    super(String.join(System.lineSeparator(), problems));
    this.problems = problems.toArray(String[]::new);
  }

  /// All problems found, in the order of the keys; never empty.
  public List<String> problems() {
    return List.of(problems);
  }
}
