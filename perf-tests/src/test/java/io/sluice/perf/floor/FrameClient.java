package io.sluice.perf.floor;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/// A client of which the test sees every frame as it came. Connected to the floor when it is made.
final class FrameClient implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<String> frames = new CopyOnWriteArrayList<>();
  private final WebSocket socket;
  private volatile int closeCode;

  FrameClient(URI edge) throws Exception {
    socket =
        HTTP.newWebSocketBuilder()
            .buildAsync(edge, new Incoming())
            .get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    send("{\"id\":1,\"connect\":{}}");
    socket.request(1);
    awaitFrames(1);
  }

  /// Sends lines in one frame.
  void send(String... lines) throws Exception {
    socket.sendText(String.join("\n", lines), true).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  static String subscribe(String channel) {
    return "{\"id\":2,\"subscribe\":{\"channel\":\"%s\"}}".formatted(channel);
  }

  static String publish(String channel, String data) {
    return "{\"id\":3,\"publish\":{\"channel\":\"%s\",\"data\":%s}}".formatted(channel, data);
  }

  /// Takes what comes; until then only the answer to the connect was read.
  FrameClient reading() {
    socket.request(Long.MAX_VALUE);
    return this;
  }

  /// The frames that came, oldest first; the first is the answer to the connect.
  List<String> frames() {
    return frames;
  }

  List<String> awaitFrames(int count) {
    Awaitility.await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(5))
        .until(() -> frames.size() >= count);
    return frames;
  }

  /// 0 while it is open.
  int closeCode() {
    return closeCode;
  }

  @Override
  public void close() {
    socket.abort();
  }

  private final class Incoming implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public void onOpen(WebSocket from) {}

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      text.append(data);
      if (last) {
        frames.add(text.toString());
        text.setLength(0);
      } else {
        from.request(1);
      }
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      closeCode = code;
      return null;
    }
  }
}
