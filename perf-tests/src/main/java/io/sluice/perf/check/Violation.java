package io.sluice.perf.check;

/// Something that one client should not have seen on one channel.
///
/// @param fault what kind
/// @param client who saw it
/// @param channel where
/// @param first the lowest sequence number concerned
/// @param last the highest sequence number concerned
/// @param text a sentence for people: client, channel, offsets, and what came before and after
public record Violation(
    Fault fault, String client, String channel, long first, long last, String text) {
  /// What can be wrong with a sequence.
  public enum Fault {
    /// Publications did not come.
    GAP,
    /// A publication came again.
    DUPLICATE,
    /// A publication came after a later one.
    REORDERED,
    /// Publications did not come although the client was told that it gets all it missed.
    FALSE_VERDICT
  }

  static Violation of(
      Fault fault,
      String client,
      String channel,
      long first,
      long last,
      String what,
      Surroundings around) {
    String text =
        "client '%s', channel '%s': %s; it saw %s".formatted(client, channel, what, around);
    return new Violation(fault, client, channel, first, last, text);
  }

  /// With what is known elsewhere.
  ///
  /// @param more a clause
  public Violation and(String more) {
    return new Violation(fault, client, channel, first, last, text + "; " + more);
  }

  @Override
  public String toString() {
    return text;
  }
}
