package io.sluice.perf;

/// Something that one client should not have seen on one channel.
///
/// @param fault what kind
/// @param client who saw it
/// @param channel where
/// @param text a sentence for people: client, channel, offsets, and what came before and after
public record Violation(Fault fault, String client, String channel, String text) {
  /// What can be wrong with a sequence.
  public enum Fault {
    /// Publications did not come.
    GAP,
    /// A publication came again.
    DUPLICATE,
    /// A publication came after a later one.
    REORDERED
  }

  @Override
  public String toString() {
    return text;
  }
}
