package io.sluice.broker;

import io.micrometer.core.instrument.Counter;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.ObjLongConsumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;

/// Asks Kafka where logs begin and end. The same questions about one partition that arrive while
/// one is being answered share the next answer, so a crowd costs two requests. Everyone who asks
/// has an answer or a failure within the same time. Thread-safe, never blocks.
final class LogBounds {
  /// Below the time a subscribe may take.
  private static final Duration TIMEOUT = Duration.ofMillis(2_500);

  /// What is asked.
  private record Question(TopicPartition partition, Isolation isolation, boolean start) {}

  /// A question under way, and those who came too late for it.
  private static final class Asking {
    CompletableFuture<Long> next = new CompletableFuture<>();
    boolean wanted;
  }

  private final Supplier<Admin> admin;
  private final Counter questions;
  private final Duration timeout;
  private final Map<Question, Asking> asking = new HashMap<>();

  LogBounds(Supplier<Admin> admin, BridgeMetrics metrics) {
    this(admin, metrics, TIMEOUT);
  }

  LogBounds(Supplier<Admin> admin, BridgeMetrics metrics, Duration timeout) {
    this.admin = admin;
    this.questions = metrics.logQuestions();
    this.timeout = timeout;
  }

  /// Where the log ends, found out after this call. Fails when Kafka does not answer in 2.5 s.
  ///
  /// @param isolation with [Isolation#READ_COMMITTED] an open transaction's records are beyond the
  ///   end
  CompletionStage<Long> end(TopicPartition partition, Isolation isolation) {
    return answer(new Question(partition, isolation, /* start= */ false));
  }

  /// Where the log begins, found out after this call. Fails as [#end] does.
  CompletionStage<Long> start(TopicPartition partition) {
    return answer(new Question(partition, Isolation.READ_UNCOMMITTED, /* start= */ true));
  }

  /// Tells these partitions where their logs begin; those of which Kafka says nothing are not told.
  void learnStarts(Collection<TailedPartition> partitions) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p.topicPartition(), OffsetSpec.earliest()));
    ListOffsetsResult answers =
        admin
            .get()
            .listOffsets(
                asked, new ListOffsetsOptions().timeoutMs(Math.toIntExact(timeout.toMillis())));
    for (TailedPartition partition : partitions) {
      var _ =
          answers
              .partitionResult(partition.topicPartition())
              .toCompletionStage()
              .thenAccept(info -> partition.logStart(info.offset()));
    }
  }

  /// The same with where their logs end, and what open transactions hold back there.
  void learnEnds(Collection<TailedPartition> partitions) {
    for (Isolation isolation : Isolation.values()) {
      List<TailedPartition> its =
          partitions.stream().filter(p -> p.binding().isolation() == isolation).toList();
      if (!its.isEmpty()) {
        learnEnds(its, isolation);
      }
    }
  }

  private void learnEnds(List<TailedPartition> partitions, Isolation isolation) {
    long at = System.nanoTime();
    switch (isolation) {
      case READ_UNCOMMITTED -> learn(partitions, isolation, (p, end) -> p.logEnd(end, at));
      case READ_COMMITTED -> {
        Map<TailedPartition, Long> watermarks = new HashMap<>();
        partitions.forEach(p -> watermarks.put(p, p.transactions().watermark()));
        learn(
            partitions,
            isolation,
            (p, end) -> {
              p.logEnd(end, at);
              p.transactions().stable(end, watermarks.getOrDefault(p, -1L), at);
            });
        learn(
            partitions,
            Isolation.READ_UNCOMMITTED,
            (p, end) -> p.transactions().watermark(end)); // for the next look
      }
    }
  }

  private void learn(
      List<TailedPartition> partitions,
      Isolation isolation,
      ObjLongConsumer<TailedPartition> then) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(p -> asked.put(p.topicPartition(), OffsetSpec.latest()));
    ListOffsetsResult answers =
        admin
            .get()
            .listOffsets(
                asked,
                new ListOffsetsOptions(level(isolation))
                    .timeoutMs(Math.toIntExact(timeout.toMillis())));
    for (TailedPartition partition : partitions) {
      var _ =
          answers
              .partitionResult(partition.topicPartition())
              .toCompletionStage()
              .thenAccept(info -> then.accept(partition, info.offset()));
    }
  }

  private static IsolationLevel level(Isolation isolation) {
    return switch (isolation) {
      case READ_COMMITTED -> IsolationLevel.READ_COMMITTED;
      case READ_UNCOMMITTED -> IsolationLevel.READ_UNCOMMITTED;
    };
  }

  /// Where these logs end, transactions aside, and under which leadership. Fails when Kafka does
  /// not answer for all of them in time.
  CompletionStage<Map<TopicPartition, LogEnd>> ends(
      Collection<TopicPartition> partitions, Duration limit) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    partitions.forEach(tp -> asked.put(tp, OffsetSpec.latest()));
    return admin
        .get()
        .listOffsets(asked, new ListOffsetsOptions().timeoutMs(Math.toIntExact(limit.toMillis())))
        .all()
        .toCompletionStage()
        .thenApply(LogBounds::ends);
  }

  /// The same for one, within 2.5 s.
  CompletionStage<LogEnd> endOf(TopicPartition partition) {
    return ends(List.of(partition), timeout)
        .thenApply(ends -> Optional.ofNullable(ends.get(partition)).orElseThrow());
  }

  private static Map<TopicPartition, LogEnd> ends(
      Map<TopicPartition, ListOffsetsResult.ListOffsetsResultInfo> answers) {
    Map<TopicPartition, LogEnd> ends = new HashMap<>();
    answers.forEach(
        (tp, info) -> ends.put(tp, new LogEnd(info.offset(), info.leaderEpoch().orElse(-1))));
    return ends;
  }

  private CompletionStage<Long> answer(Question question) {
    CompletableFuture<Long> answer;
    synchronized (asking) {
      Asking under = asking.get(question);
      if (under != null) {
        under.wanted = true;
        return inTime(under.next);
      }
      asking.put(question, new Asking());
      answer = new CompletableFuture<>();
    }
    ask(question, answer);
    return inTime(answer);
  }

  /// Who asks while another question is under way waits for that one's end first; the time runs
  /// from his own asking.
  private CompletionStage<Long> inTime(CompletableFuture<Long> shared) {
    return shared.copy().orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void ask(Question question, CompletableFuture<Long> answer) {
    questions.increment();
    admin
        .get()
        .listOffsets(
            Map.of(
                question.partition(),
                question.start() ? OffsetSpec.earliest() : OffsetSpec.latest()),
            new ListOffsetsOptions(level(question.isolation())).timeoutMs((int) timeout.toMillis()))
        .partitionResult(question.partition())
        .toCompletionStage()
        .whenComplete((info, failure) -> {
          askAgain(question);
          if (failure != null) {
            answer.completeExceptionally(failure);
          } else {
            answer.complete(info.offset());
          }
        });
  }

  private void askAgain(Question question) {
    CompletableFuture<Long> next;
    synchronized (asking) {
      Asking under = asking.remove(question);
      if (under == null || !under.wanted) {
        return;
      }
      next = under.next;
      asking.put(question, new Asking());
    }
    ask(question, next);
  }
}
