package io.sluice.broker;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Takes a channel's past from the log until there is enough of it, or the window has the rest. Who
/// tells it of progress only starts a thread of it.
final class HistoryReplay implements Runnable {
  /// Less than an SDK waits for a reply.
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  /// Reads on in the window.
  interface Rest {
    /// Adds to a page.
    ///
    /// @return whether nothing has left the window meanwhile
    boolean read(Window window, String key, long from, Position top, HistoryPage page);
  }

  private final Window window;
  private final String key;
  private final Position top;
  private final Rest rest;
  private final CompletableFuture<Optional<History>> answer = new CompletableFuture<>();

  // under the monitor
  private @Nullable Replay replay;
  private HistoryPage page;
  private long next;

  /// @param top where the log was when it was asked for
  HistoryReplay(Window window, String key, long since, Position top, HistoryPage page, Rest rest) {
    this.window = window;
    this.key = key;
    this.top = top;
    this.next = since;
    this.page = page;
    this.rest = rest;
  }

  /// Completes when the page is as full as it gets, or with why it cannot be.
  CompletionStage<Optional<History>> answer() {
    return answer;
  }

  synchronized HistoryPage page() {
    return page;
  }

  void begun(Replay begun) {
    synchronized (this) {
      replay = begun;
    }
    var _ =
        answer
            .completeOnTimeout(
                Optional.of(new History.Busy()), PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete((_, _) -> begun.close());
    run(); // what came before that found nothing to read
  }

  void busy() {
    answer.complete(Optional.of(new History.Busy()));
  }

  @Override
  public void run() {
    var _ = Thread.ofVirtual().name("sluice-history").start(this::readOn);
  }

  private synchronized void readOn() {
    Replay from = replay;
    if (from == null || answer.isDone()) {
      return;
    }
    switch (from.next()) {
      case Replay.Step.Wait() -> {
        // there will be another call
      }
      case Replay.Step.Take(Window stretch) -> take(from, stretch);
      case Replay.Step.Late() -> busy();
      case Replay.Step.Failed(Replay.Fault why) ->
          answer.complete(
              Optional.of(
                  switch (why) {
                    case GONE -> new History.Unrecoverable();
                    case UNANSWERED -> new History.Unanswered();
                    case BUSY -> new History.Busy();
                  }));
    }
  }

  private boolean isWhole() {
    HistoryPage more = new HistoryPage(page); // void, should the window have run on meanwhile
    boolean whole = rest.read(window, key, next, top, more);
    if (whole) {
      page = more;
    }
    return whole;
  }

  private void take(Replay from, Window stretch) {
    while (!page.full()) {
      long to = Math.min(stretch.tail(), top.offset());
      long[] offsets = stretch.channel(key, next, to, page.room());
      page.take(stretch, offsets);
      if (offsets.length == 0) {
        next = Math.max(next, stretch.tail());
        break;
      }
      next = offsets[offsets.length - 1] + 1;
    }
    from.done();
    if (page.full() || (window.floor() <= next && isWhole())) {
      answer.complete(Optional.empty());
    }
  }
}
