package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// The nodes as this one has read of them in the control topic. What changes it is confined to the
/// thread that reads; everything else is for any thread and does not wait.
final class KnownNodes {
  /// Heartbeats that a node may miss before it is called stale.
  private static final int STALE = 3;

  private record Live(List<NodeInfo> infos, List<String> ids) {}

  private record Heard(NodeLoad load, long nanos) {}

  private final NodeInfo self;
  private final Supplier<NodeLoad> load;
  private final Duration heartbeat;
  private final Map<String, Heard> heard = new ConcurrentHashMap<>();
  private volatile Live live;
  private volatile long selfSeen;
  private volatile boolean selfEverSeen;

  // the thread's own
  private final Liveness liveness = new Liveness();
  private final List<NodeInfo> deaths = new ArrayList<>();

  /// Knows this node only.
  ///
  /// @param load this node's own now
  /// @param heartbeat between two of any node
  KnownNodes(NodeInfo self, Supplier<NodeLoad> load, Duration heartbeat) {
    this.self = self;
    this.load = load;
    this.heartbeat = heartbeat;
    this.live = withSelf(List.of());
  }

  /// The live nodes, this one first.
  List<NodeInfo> infos() {
    return live.infos();
  }

  /// Their ids, in the same order.
  List<String> ids() {
    return live.ids();
  }

  /// How they are, in the same order.
  List<NodeStatus> statuses() {
    long now = System.nanoTime();
    return live.infos().stream().map(node -> status(node, now)).toList();
  }

  /// Whether this node's own heartbeats come back to it, so that the others hear it too. Not so for
  /// longer than the dead-node interval, about 8 s: it may be dead to the others.
  boolean seesItself() {
    long deadNodeInterval = heartbeat.multipliedBy(Liveness.FATAL).toNanos();
    return selfEverSeen && System.nanoTime() - selfSeen < deadNodeInterval;
  }

  /// Whether a heartbeat is of this very process, and not of one before it with the same id.
  boolean isSelf(NodeInfo node) {
    return node.id().equals(self.id()) && node.started().equals(self.started());
  }

  /// A heartbeat was read.
  ///
  /// @param appendTime its log-append time, milliseconds since 1970
  /// @return whether the set of live nodes or what they say of themselves changed; their load does
  ///   not count
  boolean heartbeat(NodeInfo node, NodeLoad itsLoad, long appendTime) {
    long now = System.nanoTime();
    if (isSelf(node)) {
      selfSeen = now;
      selfEverSeen = true;
    }
    boolean changed = liveness.heartbeat(node, appendTime);
    if (changed) {
      look();
    }
    if (live.ids().contains(node.id())) {
      heard.put(node.id(), new Heard(itsLoad, now));
    }
    return changed;
  }

  /// A node said that it leaves.
  ///
  /// @return whether it was there
  boolean left(String id) {
    boolean changed = liveness.left(id);
    if (changed) {
      look();
    }
    return changed;
  }

  /// Who died and was not told of yet. Nobody as long as this node does not see itself: it cannot
  /// tell whether they are gone or it is. Who is back by then is not dead, nor is one whose id
  /// another process has now: whatever is done to the dead is done by id.
  ///
  /// @param sinceJoined whether what was read last is from after this node joined; who died before
  ///   is never told of
  List<NodeInfo> takeDead(boolean sinceJoined) {
    for (NodeInfo dead : liveness.takeDead()) {
      if (sinceJoined && !dead.id().equals(self.id()) && deaths.size() < Liveness.MAX_NODES) {
        deaths.add(dead);
      }
    }
    if (deaths.isEmpty() || !seesItself()) {
      return List.of();
    }
    List<NodeInfo> all = deaths.stream().filter(it -> !live.ids().contains(it.id())).toList();
    deaths.clear();
    return all;
  }

  private void look() {
    live = withSelf(liveness.live());
    heard.keySet().retainAll(live.ids());
  }

  /// This node always counts itself, even before it has read its first heartbeat: a node that is
  /// alone does its chores from the start.
  private Live withSelf(List<NodeInfo> others) {
    List<NodeInfo> infos =
        Stream.concat(Stream.of(self), others.stream().filter(it -> !it.id().equals(self.id())))
            .toList();
    return new Live(infos, infos.stream().map(NodeInfo::id).toList());
  }

  private NodeStatus status(NodeInfo node, long now) {
    if (node.id().equals(self.id())) {
      NodeLoad own = load.get();
      return new NodeStatus(node, own, state(selfEverSeen && !seesItself(), own));
    }
    Heard last = heard.get(node.id());
    NodeLoad its = last == null ? NodeLoad.NONE : last.load();
    boolean silent = last == null || now - last.nanos() > heartbeat.multipliedBy(STALE).toNanos();
    return new NodeStatus(node, its, state(silent, its));
  }

  private static NodeStatus.State state(boolean silent, NodeLoad load) {
    if (silent) {
      return NodeStatus.State.STALE;
    }
    return load.draining() ? NodeStatus.State.DRAINING : NodeStatus.State.LIVE;
  }
}
