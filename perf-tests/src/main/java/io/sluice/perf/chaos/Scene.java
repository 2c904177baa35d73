package io.sluice.perf.chaos;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// What one fault acts on, and what became of it. One thread.
final class Scene {
  /// Until all clients must be live again.
  static final Duration LIVE = Duration.ofSeconds(90);

  private final String fault;
  private final Cluster cluster;
  private final Crowd crowd;
  private final Random random;
  private final Consumer<String> say;
  private final List<Fact> facts = new ArrayList<>();
  private OptionalLong struck = OptionalLong.empty();
  private OptionalLong failedOver = OptionalLong.empty();

  /// @param fault its name
  /// @param random decides what it hits
  /// @param say takes lines of the timeline
  Scene(String fault, Cluster cluster, Crowd crowd, Random random, Consumer<String> say) {
    this.fault = fault;
    this.cluster = cluster;
    this.crowd = crowd;
    this.random = random;
    this.say = say;
  }

  Cluster cluster() {
    return cluster;
  }

  Crowd crowd() {
    return crowd;
  }

  Random random() {
    return random;
  }

  void say(String line) {
    say.accept(line);
  }

  /// From now on something is wrong; called right before it is, the first time counts.
  void strikes(String line) {
    say(line);
    if (struck.isEmpty()) {
      struck = OptionalLong.of(System.nanoTime());
    }
  }

  /// When Kafka had other leaders than the broker that was hit. That it had none in time is a fact:
  /// what the fault is to show was not there to be seen.
  ///
  /// @param within that time
  void failsOver(OptionalLong at, String broker, Duration within) {
    failedOver = at;
    if (at.isPresent()) {
      say("no partition waits for " + broker + " any more");
    } else {
      String what = "no other leaders within %d s without ".formatted(within.toSeconds()) + broker;
      say(what);
      facts.add(new Fact(Fact.Kind.STUCK, Fact.KAFKA, what));
    }
  }

  /// When something began to be wrong.
  OptionalLong struck() {
    return struck;
  }

  /// When Kafka had other leaders.
  OptionalLong failedOver() {
    return failedOver;
  }

  /// What must not happen and did, while something was wrong still.
  List<Fact> facts() {
    return List.copyOf(facts);
  }

  /// Waits until all clients are live, or have had the time to be: who is not is a fact.
  void awaitLive() throws IOException {
    stuck(crowd.awaitLive(LIVE), "was not live again in the midst of " + fault);
  }

  /// Waits until all clients of a node that has ended have noticed.
  void awaitGone(Node node) throws IOException {
    stuck(crowd.awaitGone(node, LIVE), "has not noticed in " + fault + " that its node has gone");
  }

  private void stuck(List<Listener> who, String what) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
    for (Listener each : who) {
      Fact fact = each.stuck(what);
      say(fact.who() + " " + fact.what());
      facts.add(fact);
    }
  }

  /// Cuts some clients and waits until they are live again: what is wrong must not keep them away.
  void returns(double share) throws IOException {
    say("%.0f %% of the clients are cut meanwhile".formatted(share * 100));
    crowd.cut(share, random);
    awaitLive();
  }

  void pause(Duration time) throws IOException {
    sleep(time);
  }

  /// @throws IOException when this thread is interrupted
  static void sleep(Duration time) throws IOException {
    try {
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }
}
