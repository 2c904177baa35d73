package io.sluice.broker;

import java.util.Optional;

/// A stretch of a channel's past that somebody asks for.
///
/// @param since where it begins: forward, with the first publication after it; in reverse, with the
///   last one before it. None: forward, with the oldest at hand; in reverse, with the newest
/// @param limit most publications; 0: only where the log is now; below 0: as many as fit
/// @param order oldest or newest first; newest first, the newest value is found also when it has
///   left the window, where its namespace keeps it
public record HistoryQuery(Optional<Position> since, int limit, Order order) {
  /// Which way to go.
  public enum Order {
    /// Oldest first.
    FORWARD,
    /// Newest first.
    REVERSE
  }

  /// Publications of one answer, however many are asked for.
  public static final int MOST = 1_000;

  /// Bytes of one answer, about; one publication is given whatever its size.
  public static final int MOST_BYTES = 256 * 1024;

  /// The number of publications that may be given.
  int most() {
    return limit < 0 ? MOST : Math.min(limit, MOST);
  }
}
