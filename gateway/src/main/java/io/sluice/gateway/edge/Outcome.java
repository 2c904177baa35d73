package io.sluice.gateway.edge;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// How what happens elsewhere comes back to a connection's event loop.
final class Outcome {
  private Outcome() {}

  /// Gives an outcome to a connection, on its loop; dropped when that has ended meanwhile. An
  /// outcome that is there already is taken at once, and whoever called flushes; any other is
  /// flushed here.
  ///
  /// @param failed told when the stage failed
  static <T> void take(
      Connection connection,
      CompletionStage<T> stage,
      Consumer<T> then,
      Consumer<Throwable> failed) {
    CompletableFuture<T> outcome = stage.toCompletableFuture();
    if (outcome.isDone()) {
      var _ =
          outcome.whenComplete(
              (value, failure) -> settle(connection, value, failure, then, failed));
    } else {
      var _ =
          outcome.whenComplete((value, failure) ->
              connection
                  .channel()
                  .eventLoop()
                  .execute(() -> {
                    settle(connection, value, failure, then, failed);
                    connection.flush();
                  }));
    }
  }

  private static <T> void settle(
      Connection connection,
      T value,
      @Nullable Throwable failure,
      Consumer<T> then,
      Consumer<Throwable> failed) {
    if (connection.ended()) {
      return;
    }
    try {
      if (failure != null) {
        failed.accept(failure);
      } else {
        then.accept(value);
      }
    } catch (RuntimeException e) {
      connection.failed("taking up an outcome", e); // the stage would keep it to itself
    }
  }
}
