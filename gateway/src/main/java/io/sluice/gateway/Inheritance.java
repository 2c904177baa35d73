package io.sluice.gateway;

import io.sluice.broker.BrokerBridge;
import io.sluice.broker.NodeInfo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// What one of the remaining nodes does when another has died. Which one that is they agree on as
/// long as they see the same nodes; the one whose duty it is may itself be dead or about to leave
/// without anybody knowing it yet. So each looks again for a minute whether it has become its own
/// duty: what is done may be done twice, and is never left undone because two died together.
///
/// For any thread; nothing waits.
final class Inheritance {
  /// How often each node looks, the first time included.
  static final int LOOKS = 6;

  /// The time between two looks.
  static final Duration APART = Duration.ofSeconds(10);

  private final Predicate<String> duty;
  private final Supplier<List<NodeInfo>> live;
  private final Executor later;

  Inheritance(BrokerBridge bridge) {
    this(
        bridge::isDuty,
        bridge::liveNodes,
        CompletableFuture.delayedExecutor(APART.toMillis(), TimeUnit.MILLISECONDS));
  }

  /// @param duty whether something is for this node to do
  /// @param live the live nodes
  /// @param later runs a task [#APART] later
  Inheritance(Predicate<String> duty, Supplier<List<NodeInfo>> live, Executor later) {
    this.duty = duty;
    this.live = live;
    this.later = later;
  }

  /// A node has died.
  ///
  /// @param what names the duty
  /// @param task done at most once by this node, with the moment at which the death was noticed
  void of(NodeInfo dead, String what, BiConsumer<NodeInfo, Instant> task) {
    look(dead, what, Instant.now(), task, LOOKS);
  }

  private void look(
      NodeInfo dead, String what, Instant noticed, BiConsumer<NodeInfo, Instant> task, int looks) {
    if (looks < LOOKS && live.get().stream().anyMatch(it -> it.id().equals(dead.id()))) {
      return; // another process has its id now
    }
    if (duty.test(what + "/" + dead.id())) {
      task.accept(dead, noticed);
    } else if (looks > 1) {
      later.execute(() -> look(dead, what, noticed, task, looks - 1));
    }
  }
}
