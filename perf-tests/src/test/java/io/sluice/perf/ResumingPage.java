package io.sluice.perf;

import com.microsoft.playwright.Page;
import java.net.URI;
import java.util.List;

/// A page in a real Chromium that reads one channel with a plain `EventSource` and a plain
/// `WebSocket`, as a team without an SDK would write it. For one thread, as Playwright is.
final class ResumingPage implements AutoCloseable {
  /// More streams than a browser has connections over HTTP/1.1.
  static final int FURTHER = 7;

  private static final String SCRIPT =
      """
      ([query, further]) => {
        window.events = { numbers: [], nodes: [], recovered: [] };
        window.socket = { numbers: [], nodes: [], recovered: [] };
        window.further = 0;
        const take = (into, message) => {
          if (message.connect) {
            into.nodes.push(message.connect.node);
            into.recovered.push(Object.values(message.connect.subs)[0].recovered === true);
          }
          if (message.pub) into.numbers.push(message.pub.data.n);
        };

        const source = new EventSource('/connection/uni_sse?' + query);
        source.onmessage = (event) => take(window.events, JSON.parse(event.data));

        let since = '';
        const connect = () => {
          const socket = new WebSocket(
            `wss://${location.host}/connection/uni_websocket?${query}&since=${since}`);
          socket.onmessage = (event) => {
            const message = JSON.parse(event.data);
            take(window.socket, message);
            since = message.since ?? since;
          };
          socket.onclose = () => setTimeout(connect, 200);
        };
        connect();

        for (let i = 0; i < further; i++) {
          new EventSource('/connection/uni_sse?' + query).onopen = () => window.further++;
        }
      }
      """;

  private final Chromium browser;
  private final Page page;

  private ResumingPage(Chromium browser, String query) {
    this.browser = browser;
    page = browser.page();
    page.evaluate(SCRIPT, List.of(query, FURTHER));
  }

  /// @param origin any page of the host that serves the edge, too
  static ResumingPage open(URI origin, String query) {
    Chromium browser = Chromium.open(origin);
    try {
      return new ResumingPage(browser, query);
    } catch (RuntimeException | Error e) {
      browser.close();
      throw e;
    }
  }

  /// What one of the two readers has had.
  record Reader(Page page, String name) {
    List<Long> numbers() {
      return list("numbers").stream().map(n -> ((Number) n).longValue()).toList();
    }

    List<String> nodes() {
      return list("nodes").stream().map(String::valueOf).toList();
    }

    /// For each connection, whether it was told that nothing is missing.
    List<Boolean> recovered() {
      return list("recovered").stream().map(Boolean.TRUE::equals).toList();
    }

    private List<?> list(String what) {
      return (List<?>) page.evaluate("window." + name + "." + what);
    }
  }

  Reader eventSource() {
    return new Reader(page, "events");
  }

  Reader webSocket() {
    return new Reader(page, "socket");
  }

  /// How many of the further streams were opened; one that comes back counts again.
  int further() {
    return ((Number) page.evaluate("window.further")).intValue();
  }

  @Override
  public void close() {
    browser.close();
  }

  @Override
  public String toString() {
    return "EventSource on %s, WebSocket on %s, %d further"
        .formatted(eventSource().nodes(), webSocket().nodes(), further());
  }
}
