package io.sluice.standalone.doctor;

/// How bad a finding is.
public enum Level {
  /// As it should be.
  OK("ok"),
  /// A node runs, but not as one may think.
  WARNING("warning"),
  /// A node does not start, or does not do what its configuration says.
  ERROR("error"),
  /// It could not be looked at.
  NOT_CHECKED("-");

  private final String word;

  Level(String word) {
    this.word = word;
  }

  /// The first word of a line.
  String word() {
    return word;
  }

  /// As in JSON.
  String wireName() {
    return this == NOT_CHECKED ? "not-checked" : word;
  }
}
