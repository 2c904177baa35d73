package io.sluice.broker;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// This node among the others: nobody knows it until [#join]. For any thread; nothing but [#join]
/// and [#close] waits for Kafka.
final class Membership implements AutoCloseable {
  /// How long a node waits to hear the others before it goes on.
  private static final Duration JOINING = Duration.ofSeconds(5);

  private volatile @Nullable ControlPlane joined;

  /// Once. Waits until this node hears what is told to all, for at most 5 s; then it goes on trying
  /// by itself.
  void join(ControlPlane plane) {
    joined = plane;
    plane.start();
    plane.awaitListening(JOINING);
  }

  /// The live nodes, this one first; nobody before it has joined.
  List<NodeInfo> liveNodes() {
    return ask(ControlPlane::liveNodes, List.of());
  }

  /// The same, with how they are.
  List<NodeStatus> statuses() {
    return ask(ControlPlane::statuses, List.of());
  }

  /// As in [KnownNodes#seesItself].
  boolean seesItself() {
    return ask(ControlPlane::seesItself, false);
  }

  /// Whether this is the one live node responsible for a chore. Before it has joined it cannot
  /// know, and does what it comes upon: better twice than never.
  boolean isDuty(String chore) {
    return ask(plane -> plane.isDuty(chore), true);
  }

  /// Tells every node something. The stage never fails.
  CompletionStage<TellOutcome> tell(byte[] what) {
    return ask(
        plane -> plane.tell(what),
        CompletableFuture.completedFuture(new TellOutcome.Refused("the node has not joined")));
  }

  @Override
  public void close() {
    ControlPlane plane = joined;
    if (plane != null) {
      plane.close();
    }
  }

  private <T> T ask(Function<ControlPlane, T> question, T before) {
    ControlPlane plane = joined;
    return plane == null ? before : question.apply(plane);
  }
}
