package io.sluice.standalone.up;

import io.sluice.standalone.run.RunNode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/// The node processes of one `up`. Adding and waiting is for one thread, closing for any.
final class Nodes implements AutoCloseable {
  private static final Duration STARTING = Duration.ofSeconds(60);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

  private final String mainClass;
  private final Consumer<String> progress;
  private final CountDownLatch noneLeft = new CountDownLatch(1);
  private final List<Member> members = new ArrayList<>();
  private int left;
  private boolean settled;
  private boolean closing;

  /// @param mainClass see [NodeProcess#start]
  /// @param progress told when one ends that should not
  Nodes(String mainClass, Consumer<String> progress) {
    this.mainClass = mainClass;
    this.progress = progress;
  }

  /// Starts one more; it is not ready yet.
  synchronized void add(NodeConfigFile config, Path file, Path log) throws IOException, UpFailure {
    if (closing) {
      throw new UpFailure("stopped while it was starting");
    }
    NodeProcess process = NodeProcess.start(mainClass, file, log);
    var node = new RunNode(config.id(), process.pid(), config.edgePort(), config.apiPort());
    members.add(new Member(node, process));
    left++;
    var _ = process.ended().thenAccept(exitCode -> ended(node, exitCode));
  }

  /// Returns when all of them really answer.
  ///
  /// @throws UpFailure when one ends or does not answer in time, with the end of its log
  List<RunNode> awaitReady() throws UpFailure, IOException, InterruptedException {
    List<Member> all = all();
    long deadline = System.nanoTime() + STARTING.toNanos();
    try (Readiness readiness = new Readiness()) {
      for (Member member : all) {
        while (!readiness.isReady(member.node())) {
          for (Member other : all) {
            if (!other.process().isAlive()) {
              throw new UpFailure(other.failure("did not start"));
            }
          }
          if (System.nanoTime() > deadline) {
            throw new UpFailure(
                member.failure("was not ready within " + STARTING.toSeconds() + " s"));
          }
          TimeUnit.NANOSECONDS.sleep(BETWEEN_QUESTIONS.toNanos());
        }
      }
    }
    return settled(all);
  }

  /// From now on a node that ends is news; before, it is why `up` does not start.
  private synchronized List<RunNode> settled(List<Member> all) {
    settled = true;
    return all.stream().map(Member::node).toList();
  }

  void awaitNoneLeft() throws InterruptedException {
    noneLeft.await();
  }

  /// Lets all of them drain at once, and kills those that take too long.
  @Override
  public void close() {
    List<Member> all;
    synchronized (this) {
      closing = true;
      all = List.copyOf(members);
    }
    all.forEach(member -> member.process().stop());
    long deadline = System.nanoTime() + NodeProcess.STOPPING.toNanos();
    try {
      for (Member member : all) {
        member.process().awaitEnd(Duration.ofNanos(deadline - System.nanoTime()));
      }
    } catch (InterruptedException _) {
      all.forEach(member -> member.process().kill());
      Thread.currentThread().interrupt();
    }
  }

  private synchronized List<Member> all() {
    return List.copyOf(members);
  }

  private synchronized void ended(RunNode node, int exitCode) {
    left--;
    if (settled && !closing) {
      progress.accept(
          "%s (process %d) ended unexpectedly, exit code %d; nodes left: %d"
              .formatted(node.id(), node.pid(), exitCode, left));
    }
    if (left == 0) {
      noneLeft.countDown();
    }
  }

  /// One node and its process.
  private record Member(RunNode node, NodeProcess process) {
    private String failure(String what) throws IOException {
      return "%s %s; the end of its log:\n%s".formatted(node.id(), what, process.lastWords());
    }
  }
}
