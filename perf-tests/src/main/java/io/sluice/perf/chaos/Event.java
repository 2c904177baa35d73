package io.sluice.perf.chaos;

import io.sluice.perf.ClientEvents;
import io.sluice.perf.ClientEvents.Recovery;

/// What happened to one client, or what it was told. Times are [System#nanoTime()].
sealed interface Event {
  long at();

  /// The server accepted a connection.
  record Connected(long at, String node) implements Event {}

  /// The server said what became of its session.
  ///
  /// @param outcome `resumed` or `new`
  record Session(long at, String outcome) implements Event {
    boolean isResumed() {
      return outcome.equals("resumed");
    }
  }

  /// All its subscriptions have been answered.
  record Live(long at) implements Event {}

  /// Its connection has ended.
  record Ended(long at, String why) implements Event {
    /// Whether the run has cut it.
    boolean isOurs() {
      return why.equals(ClientEvents.CUT);
    }
  }

  /// It leaves for good, and is owed nothing that it was not given.
  record Left(long at) implements Event {}

  /// No connection came about.
  record Unreachable(long at, String why) implements Event {}

  /// A subscribe was answered.
  ///
  /// @param offset that it was answered
  record Subscribed(long at, int channel, Recovery recovery, long offset) implements Event {}

  /// A publication has come.
  ///
  /// @param offset of the position after it
  /// @param number that its publisher gave it; [Payload#NONE] for what nobody has published
  record Received(long at, int channel, long offset, long number) implements Event {}
}
