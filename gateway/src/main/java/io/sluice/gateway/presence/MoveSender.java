package io.sluice.gateway.presence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.gateway.cluster.Told;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells all nodes who comes and goes: collected for [#COLLECT], in the order it happened here,
/// several in a message. That somebody is away is told a little sooner, so that nodes hear of it
/// before they hear that its session goes on elsewhere. What comes beyond [#MOST] is dropped and
/// counted, so nobody ever waits. Thread-safe.
final class MoveSender {
  private static final Logger log = LoggerFactory.getLogger(MoveSender.class);

  /// The type of its messages.
  static final String TYPE = "presence";

  static final Duration COLLECT = Duration.ofMillis(40);

  /// The time between messages at least.
  private static final long BETWEEN_MS = 20;

  /// Moves that wait; about 5 MB.
  static final int MOST = 20_000;

  private static final int MOST_BYTES = Told.MAX_BYTES;

  /// Messages in a row, before others write theirs.
  private static final int MESSAGES_AT_ONCE = 4;

  private static final JsonMapper JSON = new JsonMapper();

  private final ArrayDeque<Move> waiting = new ArrayDeque<>();
  private final Presence.Teller teller;
  private final ScheduledExecutorService thread;
  private final PresenceMetrics metrics;
  private boolean armed;

  /// When it sends next, if it is armed; when it has sent.
  private long due;

  private long sent = System.nanoTime();
  private volatile CompletableFuture<?> last = CompletableFuture.completedFuture(true);

  MoveSender(Presence.Teller teller, ScheduledExecutorService thread, PresenceMetrics metrics) {
    this.teller = teller;
    this.thread = thread;
    this.metrics = metrics;
  }

  /// Notes a move; never waits.
  synchronized void add(Move move) {
    if (waiting.size() == MOST) {
      metrics.drop(1);
      return;
    }
    waiting.add(move);
    if (move.kind() == Move.Kind.AWAY) {
      long since = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent);
      later(Math.max(0, BETWEEN_MS - since));
    } else {
      later(COLLECT.toMillis());
    }
  }

  /// Unless it is to be sent sooner anyway.
  private void later(long delayMs) {
    long at = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(delayMs);
    if (!armed || at - due < 0) {
      armed = true;
      due = at;
      var _ = thread.schedule(this::send, delayMs, TimeUnit.MILLISECONDS);
    }
  }

  private synchronized void goOn() {
    armed = false;
    later(BETWEEN_MS);
  }

  private void send() {
    try {
      for (int n = 0; n < MESSAGES_AT_ONCE; n++) {
        if (!sendOne()) {
          return;
        }
      }
    } catch (RuntimeException e) {
      log.error("who comes and goes could not be told", e);
    }
    goOn();
  }

  /// Tells everything that waits, before the node leaves.
  void sendAll() throws InterruptedException {
    while (sendOne()) {
      // in messages of bounded size
    }
    try {
      last.get(1, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException e) {
      log.debug("nobody may have heard who went with this node", e);
    }
  }

  /// @return whether there was anything to tell
  private boolean sendOne() {
    List<byte[]> moves = take();
    if (moves == null) {
      return false;
    }
    if (!moves.isEmpty()) {
      int count = moves.size();
      last =
          told(moves)
              .handle((taken, failure) -> {
                if (failure == null && taken) {
                  metrics.tell(count);
                } else {
                  metrics.fail(count);
                }
                return true;
              })
              .toCompletableFuture();
    }
    return true;
  }

  /// The next that go into one message.
  ///
  /// @return null when nothing waits
  private synchronized @Nullable List<byte[]> take() {
    if (waiting.isEmpty()) {
      armed = false;
      return null;
    }
    sent = System.nanoTime();
    List<byte[]> moves = new ArrayList<>();
    long bytes = 64;
    for (Move move = waiting.peek(); move != null; move = waiting.peek()) {
      byte[] text = text(move);
      if (text.length > MOST_BYTES / 2) {
        metrics.drop(1); // what its token says of the user is larger than anybody could be told
      } else if (bytes + text.length > MOST_BYTES) {
        break;
      } else {
        moves.add(text);
        bytes += text.length + 1L;
      }
      waiting.remove();
    }
    return moves;
  }

  private static byte[] text(Move move) {
    try {
      return JSON.writeValueAsBytes(move.json());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of texts and numbers is JSON", e);
    }
  }

  private CompletionStage<Boolean> told(List<byte[]> moves) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(MOST_BYTES);
    out.writeBytes(ascii("{\"type\":\"" + TYPE + "\",\"moves\":["));
    String separator = "";
    for (byte[] move : moves) {
      out.writeBytes(ascii(separator));
      out.writeBytes(move);
      separator = ",";
    }
    out.writeBytes(ascii("]}"));
    try {
      return teller.tell(out.toByteArray());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// The moves of a message.
  static List<Move> read(JsonNode message) {
    List<Move> moves = new ArrayList<>();
    message.path("moves").forEach(each -> Move.of(each).ifPresent(moves::add));
    return moves;
  }
}
