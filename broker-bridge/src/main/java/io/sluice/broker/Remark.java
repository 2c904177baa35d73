package io.sluice.broker;

/// One thing that was looked at before a node runs, and what was found.
///
/// @param grade how bad it is
/// @param said what was found, for people: a line without secrets
/// @param fix what to do about it; "" = nothing, or it is said already
public record Remark(Grade grade, String said, String fix) {
  /// How bad something is.
  public enum Grade {
    /// As it should be.
    OK,
    /// A node runs, but not as one may think.
    WARNING,
    /// A node does not start, or does not do what its configuration says.
    ERROR
  }

  static Remark ok(String said) {
    return new Remark(Grade.OK, said, "");
  }

  static Remark warning(String said, String fix) {
    return new Remark(Grade.WARNING, said, fix);
  }

  static Remark error(String said, String fix) {
    return new Remark(Grade.ERROR, said, fix);
  }
}
