package io.sluice.standalone.watch;

import static io.sluice.standalone.watch.ScriptedServer.close;
import static io.sluice.standalone.watch.ScriptedServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class WatcherTest {
  private static final String CONNECTED = "{\"id\":%d,\"connect\":{\"ping\":25,\"pong\":true}}";

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final List<String> status = new CopyOnWriteArrayList<>();
  private final Feed feed = new Feed(List.of("news"), new TokenSource.Fixed("t"));

  @Test
  void pingsAreAnsweredAndItEndsAfterTheCount() throws Exception {
    try (var server =
        new ScriptedServer(
            script(
                text(CONNECTED.formatted(1)),
                text(subscribed(2) + "\n{}"),
                text("{}\n" + pub(18) + "\n" + pub(19) + "\n" + pub(20))))) {
      assertThat(watch(2, server.uri())).isZero();
      assertThat(server.received()).contains("{}");
      assertThat(printed())
          .containsExactly(
              "{\"channel\":\"news\",\"offset\":18,\"data\":18}",
              "{\"channel\":\"news\",\"offset\":19,\"data\":19}");
    }
  }

  @Test
  void aClosedConnectionIsOpenedAgainAtTheNextServerWithThePosition() throws Exception {
    try (var first =
            new ScriptedServer(
                script(
                    text(CONNECTED.formatted(1)),
                    text(subscribed(2) + "\n" + pub(18) + "\n{}"),
                    close(3001, "shutdown")));
        var second =
            new ScriptedServer(
                script(text(CONNECTED.formatted(3)), text(subscribed(4) + "\n" + pub(19))))) {
      assertThat(watch(2, first.uri(), second.uri())).isZero();
      assertThat(second.received())
          .last()
          .asString()
          .contains("\"recover\":true", "\"epoch\":\"e\"", "\"offset\":18");
      assertThat(status).anyMatch(line -> line.contains("shutdown (code 3001); trying again in"));
    }
  }

  @Test
  void aSilentServerIsLeft() throws Exception {
    String silent = "{\"id\":1,\"connect\":{\"ping\":-9}}"; // 10 s more is allowed, so one second
    try (var first = new ScriptedServer(script(text(silent), text(subscribed(2))));
        var second =
            new ScriptedServer(
                script(text(CONNECTED.formatted(3)), text(subscribed(4) + "\n" + pub(18))))) {
      assertThat(watch(1, first.uri(), second.uri())).isZero();
      assertThat(status).anyMatch(line -> line.contains("silent for 1 s; trying again"));
    }
  }

  @Test
  void aTerminalCloseEndsItWithTheReason() throws Exception {
    try (var server = new ScriptedServer(_ -> List.of(close(3500, "invalid token")))) {
      assertThat(watch(1, server.uri())).isEqualTo(1);
      assertThat(status)
          .containsExactly("the server closed the connection: invalid token (code 3500)");
    }
  }

  @Test
  void aServerThatRefusesTheUpgradeIsNotAskedAgain() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.start(); // knows no path
    try {
      assertThat(watch(1, URI.create("ws://127.0.0.1:" + server.getAddress().getPort() + "/x")))
          .isEqualTo(1);
      assertThat(status).singleElement().asString().endsWith("refused: HTTP 404");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void itEndsWhenNobodyReadsWhatIsPrinted() throws Exception {
    PrintStream closed =
        new PrintStream(
            new OutputStream() {
              @Override
              public void write(int b) throws IOException {
                throw new IOException("Broken pipe");
              }
            },
            true,
            StandardCharsets.UTF_8);
    try (var server =
        new ScriptedServer(
            script(text(CONNECTED.formatted(1)), text(subscribed(2) + "\n" + pub(18))))) {
      assertThat(new Watcher(feed, List.of(server.uri()), 5, closed, status::add).run()).isZero();
    }
  }

  private int watch(long count, URI... servers) throws InterruptedException {
    PrintStream lines = new PrintStream(out, true, StandardCharsets.UTF_8);
    return new Watcher(feed, List.of(servers), count, lines, status::add).run();
  }

  private List<String> printed() {
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }

  /// Answers the first text with the first frame, and so on.
  private static Function<String, List<WebSocketFrame>> script(WebSocketFrame... frames) {
    var left = new CopyOnWriteArrayList<>(frames);
    return _ -> left.isEmpty() ? List.of() : List.of(left.removeFirst());
  }

  private static String subscribed(int id) {
    return "{\"id\":%d,\"subscribe\":{\"recoverable\":true,\"epoch\":\"e\",\"offset\":17}}"
        .formatted(id);
  }

  private static String pub(int offset) {
    return "{\"push\":{\"channel\":\"news\",\"pub\":{\"data\":%d,\"offset\":%d}}}"
        .formatted(offset, offset);
  }
}
