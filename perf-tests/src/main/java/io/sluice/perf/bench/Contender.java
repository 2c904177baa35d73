package io.sluice.perf.bench;

import io.sluice.perf.load.Publisher;
import java.io.IOException;
import java.net.URI;
import java.util.List;

/// A server that is measured. This is the seam for servers that are not ours: they speak the client
/// protocol at an address, run as a process, and somebody can publish to them. One thread.
interface Contender extends AutoCloseable {
  /// In tables and plots.
  String name();

  /// What it can do; scenarios that need more leave it out.
  enum Ability {
    /// Clients come back with a position and get what they missed.
    RECOVERS,
    /// Clients can leave a channel and stay connected.
    UNSUBSCRIBES,
    /// Clients may speak Protocol Buffers.
    PROTOBUF
  }

  /// Whether it can.
  boolean can(Ability ability);

  /// Starts it anew, ending the one before.
  ///
  /// @param more flags for this once
  void restart(List<String> more) throws IOException;

  /// Starts it unless it runs.
  void ensureRunning() throws IOException;

  /// Where clients connect.
  URI edge();

  /// What clients' tokens are signed with; empty where it wants none.
  String secret();

  /// Its process.
  long pid();

  /// A new publisher for it.
  Publisher publisher() throws IOException;

  /// Flags of its JVM, or its command line.
  List<String> flags();

  @Override
  void close();
}
