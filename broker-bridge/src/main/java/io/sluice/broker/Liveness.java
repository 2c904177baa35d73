package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Which nodes live, judged by the control topic alone: no clock but its log-append times, so that
/// every node that has read as far says the same, and a time in which Kafka takes no heartbeats
/// kills nobody.
///
/// A node is dead when, after its last heartbeat, [#FATAL] heartbeats of one same other node
/// follow, each at least [#APART] after the one before (the first after the dead node's own last).
/// Heartbeats that come faster, such as those held back during an outage, count as one. With a
/// heartbeat every 2 s that takes about 8 s.
///
/// Confined to one thread. Holds at most [#MAX_NODES] nodes: further ones are not known here.
final class Liveness {
  /// How many heartbeats of another node a silent one survives.
  static final int FATAL = 4;

  /// How far apart they must be to count.
  static final Duration APART = Duration.ofSeconds(1);

  /// The most nodes remembered.
  static final int MAX_NODES = 1_000;

  /// Heartbeats remembered of each node. More than [#FATAL], so that some that come too fast do not
  /// push out those that count.
  private static final int REMEMBERED = 16;

  private static final class Node {
    NodeInfo info;
    final long[] times = new long[REMEMBERED];
    final long[] sequences = new long[REMEMBERED];
    int heartbeats;

    Node(NodeInfo info) {
      this.info = info;
    }

    void heard(NodeInfo newest, long time, long sequence) {
      info = newest;
      times[heartbeats % REMEMBERED] = time;
      sequences[heartbeats % REMEMBERED] = sequence;
      heartbeats++;
    }

    int last() {
      return (heartbeats - 1) % REMEMBERED;
    }
  }

  private final Map<String, Node> nodes = new LinkedHashMap<>();
  private final List<NodeInfo> dead = new ArrayList<>();
  private long sequence;

  /// A heartbeat was read. The heartbeats must come in the order of the log.
  ///
  /// @param appendTime its log-append time, milliseconds since 1970
  /// @return whether the set of live nodes or what they say of themselves changed
  boolean heartbeat(NodeInfo info, long appendTime) {
    Node node = nodes.get(info.id());
    boolean changed = node == null || !node.info.equals(info);
    if (node == null) {
      if (nodes.size() >= MAX_NODES) {
        return false;
      }
      node = new Node(info);
      nodes.put(info.id(), node);
    }
    node.heard(info, appendTime, sequence++);
    Node witness = node;
    for (Node other : List.copyOf(nodes.values())) {
      if (other != witness && outlived(other, witness)) {
        nodes.remove(other.info.id());
        dead.add(other.info);
        changed = true;
      }
    }
    return changed;
  }

  /// A node said that it leaves.
  ///
  /// @return whether it was there
  boolean left(String id) {
    return nodes.remove(id) != null;
  }

  /// Which nodes died since this was asked last.
  List<NodeInfo> takeDead() {
    List<NodeInfo> all = List.copyOf(dead);
    dead.clear();
    return all;
  }

  /// The live nodes, longest known first.
  List<NodeInfo> live() {
    List<NodeInfo> live = new ArrayList<>(nodes.size());
    nodes.values().forEach(node -> live.add(node.info));
    return List.copyOf(live);
  }

  /// Forgets everything, because reading starts anew elsewhere.
  void clear() {
    nodes.clear();
  }

  private static boolean outlived(Node silent, Node witness) {
    long since = silent.sequences[silent.last()];
    long before = silent.times[silent.last()];
    int counted = 0;
    int oldest = Math.max(0, witness.heartbeats - REMEMBERED);
    for (int i = oldest; i < witness.heartbeats; i++) {
      int at = i % REMEMBERED;
      if (witness.sequences[at] > since && witness.times[at] - before >= APART.toMillis()) {
        counted++;
        before = witness.times[at];
      }
    }
    return counted >= FATAL;
  }
}
