package io.sluice.perf.chaos;

/// Something that must not happen.
///
/// @param who saw it: a client, `publisher`, [#KAFKA], or [#CLUSTER]
/// @param what it was, for people
record Fact(Kind kind, String who, String what) {
  /// Who sees what is wrong with processes.
  static final String CLUSTER = "cluster";

  /// Who sees what Kafka itself does not do; the run goes on.
  static final String KAFKA = "Kafka";

  /// A process that does not start, end or get ready.
  static Fact stuckCluster(String what) {
    return new Fact(Kind.STUCK, CLUSTER, what);
  }

  /// What it says of the gateway.
  enum Kind {
    /// An acknowledged publication that is not in Kafka, or one in Kafka that a client was not
    /// given.
    LOST,
    /// A publication that a client was given twice, or that is in Kafka twice.
    DUPLICATED,
    /// A publication that came after a later one.
    REORDERED,
    /// Something that was said and is not so: everything recovered, something lost, an offset, a
    /// publication that nobody has published.
    UNTRUE,
    /// What does not come back or does not get on: a client, publishing, a process.
    STUCK
  }
}
