package io.sluice.gateway;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.NodeInfo;
import io.sluice.session.SessionStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that the grace period begins of sessions that a dead node held. What Redis did not do
/// is tried again for a minute; after that those sessions expire by themselves soon. Nothing waits.
final class Sweeper {
  private static final Logger log = LoggerFactory.getLogger(Sweeper.class);

  static final int TRIES = 6;
  private static final Duration APART = Duration.ofSeconds(10);

  private final Supplier<List<NodeInfo>> live;
  private final SessionStore sessions;
  private final Executor later;

  Sweeper(BrokerBridge bridge, SessionStore sessions) {
    this(
        bridge::liveNodes,
        sessions,
        CompletableFuture.delayedExecutor(APART.toMillis(), TimeUnit.MILLISECONDS));
  }

  /// @param live the live nodes
  /// @param later runs a task some time later
  Sweeper(Supplier<List<NodeInfo>> live, SessionStore sessions, Executor later) {
    this.live = live;
    this.sessions = sessions;
    this.later = later;
  }

  /// A node has died, and it falls to this one.
  ///
  /// @param noticed when it was known to be dead
  void died(NodeInfo node, Instant noticed) {
    sweep(node.id(), noticed, TRIES);
  }

  /// Up to when what a dead node held was opened: what came later is of another process with its
  /// id, which may join while this one waits for Redis.
  ///
  /// @param noticed when it was known to be dead
  /// @param live the live nodes now
  static Instant before(String node, Instant noticed, List<NodeInfo> live) {
    return live.stream()
        .filter(it -> it.id().equals(node) && it.started().isBefore(noticed))
        .map(NodeInfo::started)
        .findAny()
        .orElse(noticed);
  }

  private void sweep(String node, Instant noticed, int tries) {
    sessions
        .sweep(node, before(node, noticed, live.get()))
        .whenComplete((swept, failure) -> {
          if (failure == null) {
            log.info("sessions of a dead node are in their grace nodeId={} count={}", node, swept);
          } else if (tries > 1) {
            log.debug("sessions of a dead node are looked at later nodeId={}", node, failure);
            later.execute(() -> sweep(node, noticed, tries - 1));
          } else {
            log.warn("sessions of a dead node were not looked at nodeId={}", node, failure);
          }
        });
  }
}
