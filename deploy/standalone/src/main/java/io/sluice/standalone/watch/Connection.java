package io.sluice.standalone.watch;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// One WebSocket, read at the pace of its reader: the next message is asked for when the last one
/// has been taken. For one thread.
final class Connection implements AutoCloseable {
  private static final Duration HANDSHAKE = Duration.ofSeconds(10);
  private static final Duration SENDING = Duration.ofSeconds(5);

  /// A message asked for, and the end.
  private static final int QUEUED = 4;

  private final BlockingQueue<Event> events;
  private final WebSocket socket;

  private Connection(WebSocket socket, BlockingQueue<Event> events) {
    this.socket = socket;
    this.events = events;
  }

  /// @throws Refused when the server answers with an HTTP status
  /// @throws IOException when nobody answers
  static Connection open(HttpClient http, URI server)
      throws IOException, Refused, InterruptedException {
    BlockingQueue<Event> events = new ArrayBlockingQueue<>(QUEUED);
    try {
      WebSocket socket =
          http.newWebSocketBuilder()
              .connectTimeout(HANDSHAKE)
              .buildAsync(server, new Reader(events))
              .get(2 * HANDSHAKE.toMillis(), TimeUnit.MILLISECONDS);
      return new Connection(socket, events);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() instanceof CompletionException c ? c.getCause() : e.getCause();
      if (cause instanceof WebSocketHandshakeException refusal) {
        throw new Refused(refusal.getResponse().statusCode());
      }
      throw new IOException(describe(cause), e);
    } catch (TimeoutException e) {
      throw new IOException("no answer within " + 2 * HANDSHAKE.toSeconds() + " s", e);
    }
  }

  void send(String frame) throws IOException, InterruptedException {
    try {
      socket.sendText(frame, true).get(SENDING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new IOException(describe(e.getCause()), e);
    } catch (TimeoutException e) {
      throw new IOException("cannot send within " + SENDING.toSeconds() + " s", e);
    }
  }

  /// The next event, or nothing after that time.
  Optional<Event> next(Duration limit) throws InterruptedException {
    Event event = events.poll(limit.toMillis(), TimeUnit.MILLISECONDS);
    if (event instanceof Event.Frame) {
      socket.request(1);
    }
    return Optional.ofNullable(event);
  }

  /// Without a farewell: whoever closes has nothing to say, or nobody who listens.
  @Override
  public void close() {
    socket.abort();
  }

  private static String describe(@Nullable Throwable cause) {
    if (cause == null) {
      return "failed";
    }
    if (cause instanceof ConnectException) {
      return "nobody answers"; // its own message is empty
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }

  /// The server does not speak WebSocket with us.
  static final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    /// The HTTP status.
    private final int status;

    private Refused(int status) {
      super("HTTP " + status);
      this.status = status;
    }

    /// A client error stays one; too busy and server errors pass.
    boolean isFinal() {
      return status >= 400 && status < 500 && status != 408 && status != 429;
    }
  }

  /// Runs on the client's own threads, one call at a time.
  private static final class Reader implements WebSocket.Listener {
    private static final int LARGEST_MESSAGE = 16 << 20;

    private final BlockingQueue<Event> events;
    private final StringBuilder message = new StringBuilder();

    private Reader(BlockingQueue<Event> events) {
      this.events = events;
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence part, boolean last) {
      if (message.length() + part.length() > LARGEST_MESSAGE) {
        socket.abort();
        add(new Event.Broken("a message of more than " + LARGEST_MESSAGE + " characters"));
        return null;
      }
      message.append(part);
      if (last) {
        add(new Event.Frame(message.toString()));
        message.setLength(0);
      } else {
        socket.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      add(new Event.Closed(code, reason));
      return null;
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      add(new Event.Broken(describe(error)));
    }

    private void add(Event event) {
      if (!events.offer(event)) {
        throw new IllegalStateException("more events than were asked for");
      }
    }
  }
}
