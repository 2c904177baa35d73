package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.gateway.telemetry.LoggedContext;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Several commands of one request. One that fails stops none of the others; the line that says so
/// names the request's trace, whatever thread finds it out. For any thread.
final class Batches {
  private static final Logger LOG = LoggerFactory.getLogger(Batches.class);

  /// Questions to all nodes that one request has under way at a time: a node answers 128 at once,
  /// and asks about 2,000.
  static final int MOST_ASKED = 8;

  private Batches() {}

  /// Starts the commands in their order: in parallel all at once, else each when the one before was
  /// answered. Publishes that follow one another are started together in both, since that keeps the
  /// order of each channel, and Kafka takes hundreds in the time of one; so are commands to nodes.
  ///
  /// @param commands does one
  /// @param late whether the caller waits no more; what was not started by then never is, so that
  ///   nothing stale is done long after the caller was told that it failed
  static CompletionStage<Reply> execute(
      Command.Batch batch,
      Function<Command, CompletionStage<Reply>> commands,
      BooleanSupplier late) {
    Function<Throwable, Reply> failed = failed();
    List<Command.Entry> entries = batch.entries();
    List<CompletableFuture<Reply>> replies = new ArrayList<>(entries.size());
    CompletableFuture<Void> before = CompletableFuture.completedFuture(null);
    for (List<Command> run : runs(batch)) {
      before =
          before.thenCompose(_ -> {
            List<CompletableFuture<Reply>> started = together(run, commands, late, failed);
            replies.addAll(started);
            return all(started);
          });
    }
    return before.thenApply(_ -> new Reply.Replies(array(entries, replies)));
  }

  /// Starts commands in their order, without waiting for replies, but for those that ask all nodes:
  /// of these [#MOST_ASKED] are under way at a time.
  static List<CompletableFuture<Reply>> together(
      List<Command> all, Function<Command, CompletionStage<Reply>> commands, BooleanSupplier late) {
    return together(all, commands, late, failed());
  }

  /// Of a batch's later commands the first are started by whatever thread answers earlier ones.
  private static List<CompletableFuture<Reply>> together(
      List<Command> all,
      Function<Command, CompletionStage<Reply>> commands,
      BooleanSupplier late,
      Function<Throwable, Reply> failed) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>(all.size());
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    for (Command command : all) {
      CompletableFuture<?> before = CompletableFuture.completedFuture(null);
      if (kind(command) == Kind.ASKS && asked.size() >= MOST_ASKED) {
        before = asked.get(asked.size() - MOST_ASKED);
      }
      CompletableFuture<Reply> reply =
          before
              .thenCompose(_ -> late.getAsBoolean() ? tooLate() : commands.apply(command))
              .exceptionally(failed);
      replies.add(reply);
      if (kind(command) == Kind.ASKS) {
        asked.add(reply);
      }
    }
    return replies;
  }

  /// What becomes of one that fails, in the calling thread's context.
  private static Function<Throwable, Reply> failed() {
    return LoggedContext.current()
        .around(failure -> {
          LOG.error("a command of the API failed", failure);
          return Reply.failure(ErrorCode.INTERNAL, "");
        });
  }

  private static CompletionStage<Reply> tooLate() {
    return CompletableFuture.completedStage(
        Reply.failure(ErrorCode.INTERNAL, "not started: there was no time left"));
  }

  /// What is started together.
  private static List<List<Command>> runs(Command.Batch batch) {
    List<Command> all = batch.entries().stream().map(Command.Entry::command).toList();
    if (batch.order() == Command.Order.PARALLEL) {
      return List.of(all);
    }
    List<List<Command>> runs = new ArrayList<>();
    Kind last = Kind.OTHER;
    for (Command command : all) {
      Kind kind = kind(command);
      boolean goesAlong = kind == last && (kind == Kind.PUBLISHES || kind == Kind.TELLS);
      if (!goesAlong) {
        runs.add(new ArrayList<>());
      }
      runs.getLast().add(command);
      last = kind;
    }
    return runs;
  }

  private enum Kind {
    PUBLISHES,
    TELLS,
    ASKS,
    OTHER
  }

  private static Kind kind(Command command) {
    return switch (command) {
      case Command.Publish _, Command.Broadcast _ -> Kind.PUBLISHES;
      case Command.Tell _ -> Kind.TELLS;
      case Command.Channels _,
          Command.Presence _,
          Command.PresenceStats _,
          Command.DescribeNodes _ ->
          Kind.ASKS;
      default -> Kind.OTHER;
    };
  }

  private static CompletableFuture<Void> all(List<CompletableFuture<Reply>> replies) {
    return CompletableFuture.allOf(replies.toArray(CompletableFuture<?>[]::new));
  }

  private static ArrayNode array(
      List<Command.Entry> entries, List<CompletableFuture<Reply>> replies) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < replies.size(); i++) {
      Reply reply = replies.get(i).join();
      if (reply instanceof Reply.Result(ObjectNode result)) {
        array.addObject().set(entries.get(i).method().text, result);
      } else {
        array.add(reply.toJson());
      }
    }
    return array;
  }
}
