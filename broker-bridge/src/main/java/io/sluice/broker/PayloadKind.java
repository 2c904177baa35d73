package io.sluice.broker;

/// What a namespace's values are; decides how they look to JSON clients.
public enum PayloadKind {
  /// One JSON value, embedded as it is (raw newlines between tokens are stripped).
  JSON,
  /// UTF-8 text; a JSON string to JSON clients.
  TEXT,
  /// Any bytes; base64 in a JSON string to JSON clients.
  BINARY;

  /// The name used in the configuration: `json`, `text`, `binary`.
  public String configName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
