package io.sluice.perf.load;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Publishes by `POST`, to servers that are not ours. Requests follow one another on one connection
/// without waiting for answers (RFC 9112 §9.3.2), so none overtakes another, and publishing costs
/// little where a channel for each client wants tens of thousands a second. It connects when
/// something is published for the first time, since servers close connections on which nothing is
/// asked for, and not again: who measures with it wants to know when it is cut.
public final class PostPublisher implements Publisher {
  /// How a server is published to.
  public interface Form {
    /// Path and query.
    String path(String channel);

    /// Header lines beside the usual ones, each with its end of line.
    String headers();

    /// What is sent.
    byte[] body(String channel, byte[] payload);

    /// Whether an answer says that it was taken.
    boolean taken(int status, String body);
  }

  private static final Duration ANSWER = Duration.ofSeconds(10);

  /// Requests without an answer.
  private static final int AT_ONCE = 1_000;

  private static final int LONGEST_LINE = 8_192;
  private static final int LARGEST_ANSWER = 1 << 20;
  private static final String LENGTH = "content-length:";

  private final Form form;
  private final InetSocketAddress server;
  private final String host;
  private final Socket socket = new Socket();
  private final Semaphore room = new Semaphore(AT_ONCE);
  private final Queue<Outcome> waiting = new ConcurrentLinkedQueue<>();
  private volatile @Nullable String closed;

  /// Of the thread that publishes; none before the first time.
  private @Nullable OutputStream out;

  /// @param server host and port
  public PostPublisher(URI server, Form form) {
    this.form = form;
    this.server = new InetSocketAddress(server.getHost(), server.getPort());
    this.host = server.getHost() + ":" + server.getPort();
  }

  @Override
  public void publish(String channel, byte[] payload, Outcome outcome) {
    if (!takeRoom()) {
      outcome.failed(closed == null ? "no answer for " + ANSWER : closed);
      return;
    }
    byte[] body = form.body(channel, payload);
    String head =
        "POST %s HTTP/1.1\r\nHost: %s\r\n%sContent-Length: %d\r\n\r\n"
            .formatted(form.path(channel), host, form.headers(), body.length);
    waiting.add(outcome);
    try {
      OutputStream to = connected();
      to.write(head.getBytes(StandardCharsets.US_ASCII));
      to.write(body);
      to.flush();
    } catch (IOException e) {
      end(e.toString());
    }
    String why = closed;
    if (why != null) {
      end(why); // it may have closed before it knew of this one
    }
  }

  private OutputStream connected() throws IOException {
    OutputStream to = out;
    if (to == null) {
      int patience = Math.toIntExact(ANSWER.toMillis());
      socket.connect(server, patience);
      socket.setTcpNoDelay(true);
      socket.setSoTimeout(patience);
      to = new BufferedOutputStream(socket.getOutputStream());
      out = to;
      Thread.ofPlatform().daemon().name("post-publisher").start(this::read);
    }
    return to;
  }

  private boolean takeRoom() {
    try {
      return closed == null && room.tryAcquire(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void read() {
    try (InputStream in = new BufferedInputStream(socket.getInputStream())) {
      while (closed == null) {
        if (awaitAnswer(in)) {
          answer(in);
        }
      }
    } catch (IOException | RuntimeException e) {
      end("publishing ended: " + e);
    }
  }

  /// @return whether one begins; there is none for a while when nothing is asked
  private boolean awaitAnswer(InputStream in) throws IOException {
    in.mark(1);
    try {
      if (in.read() < 0) {
        throw new EOFException("the server has closed");
      }
      in.reset();
      return true;
    } catch (SocketTimeoutException e) {
      if (!waiting.isEmpty()) {
        throw e;
      }
      return false;
    }
  }

  private void answer(InputStream in) throws IOException {
    String first = line(in);
    int status = Integer.parseInt(first.split(" ", 3)[1]);
    int length = -1;
    for (String line = line(in); !line.isEmpty(); line = line(in)) {
      if (line.toLowerCase(Locale.ROOT).startsWith(LENGTH)) {
        length = Integer.parseInt(line.substring(LENGTH.length()).strip());
      }
    }
    if (length < 0 || length > LARGEST_ANSWER) {
      throw new IOException("an answer of " + length + " bytes: " + first);
    }
    byte[] body = in.readNBytes(length);
    if (body.length < length) {
      throw new EOFException("the server has closed within an answer");
    }
    Outcome outcome = waiting.poll();
    if (outcome == null) {
      throw new IOException("an answer that nothing was asked for: " + first);
    }
    String text = new String(body, StandardCharsets.UTF_8);
    if (form.taken(status, text)) {
      outcome.acknowledged(-1);
    } else {
      outcome.failed(status + " " + text);
    }
    room.release();
  }

  /// Without its end.
  private static String line(InputStream in) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0 || line.size() == LONGEST_LINE) {
        throw new EOFException("the server has not ended a line: " + line);
      }
      if (c != '\r') {
        line.write(c);
      }
    }
    return line.toString(StandardCharsets.US_ASCII);
  }

  /// Nobody hears of those that have no answer.
  private void end(String why) {
    closed = why;
    for (Outcome it = waiting.poll(); it != null; it = waiting.poll()) {
      it.failed(why);
      room.release();
    }
  }

  @Override
  public void close() {
    try {
      if (room.tryAcquire(AT_ONCE, ANSWER.toMillis(), TimeUnit.MILLISECONDS)) {
        room.release(AT_ONCE);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    end("closed");
    try {
      socket.close();
    } catch (IOException _) {
      // it is of no use any more
    }
  }
}
