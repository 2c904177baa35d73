package io.sluice.broker;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// Asks Kafka where logs end. Questions about one partition that arrive while one is being answered
/// share the next answer, so a crowd costs two requests. Everyone who asks has an answer or a
/// failure within the same time. Thread-safe, never blocks.
final class LogEnds {
  /// Below the time a subscribe may take.
  private static final Duration TIMEOUT = Duration.ofMillis(2_500);

  /// A question under way, and those who came too late for it.
  private static final class Asking {
    CompletableFuture<Long> next = new CompletableFuture<>();
    boolean wanted;
  }

  private final Admin admin;
  private final Duration timeout;
  private final Map<TopicPartition, Asking> asking = new HashMap<>();

  LogEnds(Admin admin) {
    this(admin, TIMEOUT);
  }

  LogEnds(Admin admin, Duration timeout) {
    this.admin = admin;
    this.timeout = timeout;
  }

  /// Where the log ends, found out after this call. Fails when Kafka does not answer in 2.5 s.
  ///
  /// @param isolation with [Isolation#READ_COMMITTED] an open transaction's records are beyond the
  ///   end
  CompletionStage<Long> end(TopicPartition partition, Isolation isolation) {
    CompletableFuture<Long> answer;
    synchronized (asking) {
      Asking under = asking.get(partition);
      if (under != null) {
        under.wanted = true;
        return inTime(under.next);
      }
      asking.put(partition, new Asking());
      answer = new CompletableFuture<>();
    }
    ask(partition, isolation, answer);
    return inTime(answer);
  }

  /// Who asks while another question is under way waits for that one's end first; the time runs
  /// from his own asking.
  private CompletionStage<Long> inTime(CompletableFuture<Long> shared) {
    return shared.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask(TopicPartition partition, Isolation isolation, CompletableFuture<Long> answer) {
    IsolationLevel level =
        switch (isolation) {
          case READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
          case READ_UNCOMMITTED -> IsolationLevel.READ_UNCOMMITTED;
        };
    admin
        .listOffsets(
            Map.of(partition, OffsetSpec.latest()),
            new ListOffsetsOptions(level).timeoutMs((int) timeout.toMillis()))
        .partitionResult(partition)
        .toCompletionStage()
        .whenComplete((info, failure) -> {
          askAgain(partition, isolation);
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(info.offset());
          }
        });
  }

  private void askAgain(TopicPartition partition, Isolation isolation) {
    CompletableFuture<Long> next;
    synchronized (asking) {
      Asking under = asking.remove(partition);
      if (under == null || !under.wanted) {
        return;
      }
      next = under.next;
      asking.put(partition, new Asking());
    }
    ask(partition, isolation, next);
  }
}
