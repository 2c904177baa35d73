package io.sluice.perf;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One WebSocket, read at the pace of its reader. Reading is for one thread, the rest for any.
final class Socket {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  /// Messages on their way to the reader.
  private static final int AHEAD = 32;

  private final BlockingQueue<Event> events = new ArrayBlockingQueue<>(AHEAD + 2);
  private @Nullable WebSocket socket;

  private Socket() {}

  /// @throws IOException when nobody answers, or not with a WebSocket
  static Socket open(HttpClient http, URI uri) throws IOException, InterruptedException {
    Socket socket = new Socket();
    try {
      socket.socket =
          http.newWebSocketBuilder()
              .connectTimeout(LIMIT)
              .buildAsync(uri, socket.new Incoming())
              .get(2 * LIMIT.toMillis(), TimeUnit.MILLISECONDS);
      return socket;
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("no WebSocket at " + uri + ": " + e, e);
    }
  }

  void send(String text) throws IOException, InterruptedException {
    try {
      opened().sendText(text, true).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("cannot send: " + e, e);
    }
  }

  /// The next event, or none within this time.
  Optional<Event> next(Duration limit) throws InterruptedException {
    Event event = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (event instanceof Event.Message) {
      opened().request(1);
    }
    return Optional.ofNullable(event);
  }

  /// Gone without a word, as when a network fails.
  void cut() {
    opened().abort();
    var _ = events.offer(new Event.Gone(ClientEvents.CUT));
  }

  private WebSocket opened() {
    if (socket == null) {
      throw new IllegalStateException("not open");
    }
    return socket;
  }

  /// What comes from the other side.
  sealed interface Event {
    /// A text message.
    record Message(String text) implements Event {}

    /// The end, with the close frame's code and reason.
    record Closed(int code, String reason) implements Event {}

    /// The end without a close frame.
    record Gone(String reason) implements Event {}
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void onOpen(WebSocket from) {
      from.request(AHEAD);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        events.add(new Event.Message(text.toString()));
        text.setLength(0);
      } else {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      var _ = events.offer(new Event.Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      var _ = events.offer(new Event.Gone(error.toString()));
    }
  }
}
