package io.sluice.perf.bench;

import io.sluice.perf.load.Publisher;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/// A server that is measured. This is the seam for servers that are not ours: they speak the client
/// protocol at an address, or none at all, see [io.sluice.perf.swarm.Audience#BARE], run as a
/// process, and somebody can publish to them. One thread.
interface Contender extends AutoCloseable {
  /// In tables and plots.
  String name();

  /// What it can do. Where a scenario needs more, its cell says why there is no figure.
  enum Ability {
    /// Clients come back with a position and get what they missed.
    RECOVERS,
    /// Clients can leave a channel and stay connected.
    UNSUBSCRIBES,
    /// Clients may speak Protocol Buffers.
    PROTOBUF,
    /// What is alive on its heap can be told: it is a JVM.
    HEAP,
    /// It is made of Sluice's parts, which can be measured by themselves.
    PARTS,
    /// Another node goes on with the sessions of one that has died.
    SESSIONS,
    /// Clients come back for what its memory has let go.
    LOG,
    /// Clients come back for what they missed although it was started anew meanwhile.
    RESTARTS,
    /// It admits so many connections a second, and turns the others away.
    ADMITS,
    /// It closes connections that are old.
    AGES
  }

  /// Why it cannot, for tables; empty where it can.
  String cannot(Ability ability);

  /// Whether it can.
  default boolean can(Ability ability) {
    return cannot(ability).isEmpty();
  }

  /// Whether it is another contender that differs in how publications come or leave. Then it costs
  /// the same where there are none.
  default boolean isVariant() {
    return false;
  }

  /// Starts it anew, ending the one before.
  ///
  /// @param more flags for this once
  void restart(List<String> more) throws IOException;

  /// Flags of a start after which it closes nobody for answering no pings, or taking no bytes; none
  /// where settings are made otherwise, or where it never does.
  default List<String> patient() {
    return List.of();
  }

  /// Flags of a start after which its process is as large as what it holds; none where it always
  /// is.
  default List<String> growingHeap() {
    return can(Ability.HEAP) ? BenchPlan.GROWING_HEAP : List.of();
  }

  /// Whether its process lives.
  boolean isRunning();

  /// Starts it unless it runs.
  default void ensureRunning() throws IOException {
    if (!isRunning()) {
      restart(List.of());
    }
  }

  /// Ends it without a word to anybody, as `kill -9` does.
  void kill();

  /// Where clients connect.
  URI edge();

  /// Where clients connect that will come back for what they missed.
  default URI recoveringEdge() {
    return edge();
  }

  /// What clients' tokens are signed with; empty where it wants none.
  String secret();

  /// Its process. What it costs is what this one and those that it has started cost.
  long pid();

  /// A new publisher for it.
  Publisher publisher() throws IOException;

  /// Flags of its JVM, or its command line, and what is special about its settings.
  List<String> flags();

  /// What it is, by name, for servers that are not ours; of one that has not run yet perhaps not
  /// all.
  default Map<String, String> versions() {
    return Map.of();
  }

  /// One of the numbers it tells about itself, all labels together.
  ///
  /// @param name as on a page for Prometheus
  /// @return empty where it does not tell it
  default OptionalDouble metric(String name) throws IOException {
    return OptionalDouble.empty();
  }

  /// How many clients a channel has, by what it tells services.
  ///
  /// @return empty where it does not tell, or where it knows of part of the cluster only
  default OptionalLong present(String channel) throws IOException {
    return OptionalLong.empty();
  }

  @Override
  void close();
}
