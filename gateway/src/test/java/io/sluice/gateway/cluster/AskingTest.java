package io.sluice.gateway.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import io.sluice.broker.NodeInfo;
import io.sluice.embedded.FreePorts;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class AskingTest {
  private final AtomicLong now = new AtomicLong();
  private final Asking asking = new Asking(() -> "key", Duration.ofSeconds(5), now::get);

  @AfterEach
  void close() {
    asking.close();
  }

  private JsonNode ask(NodeInfo node) {
    return asking.ask(node, Topic.TAKEN_OVER, "{}".getBytes(StandardCharsets.UTF_8)).join();
  }

  /// As when it has died, and a thousand clients a second come to the others.
  @Test
  void aNodeThatTakesNoConnectionIsLetAloneForAMoment() throws Exception {
    InetSocketAddress where =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), FreePorts.next());
    NodeInfo node =
        new NodeInfo("n", Instant.EPOCH, "ws://n", "http://127.0.0.1:" + where.getPort(), "0.1.0");
    assertThatThrownBy(() -> ask(node))
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(ConnectException.class);

    AtomicInteger asked = new AtomicInteger();
    HttpServer server = HttpServer.create(where, 0);
    server.createContext(
        "/",
        exchange -> {
          asked.incrementAndGet();
          exchange.sendResponseHeaders(200, 2);
          try (var body = exchange.getResponseBody()) {
            body.write("{}".getBytes(StandardCharsets.UTF_8));
          }
        });
    server.start();
    try {
      assertThatThrownBy(() -> ask(node)).hasMessageContaining("took no connection a moment ago");
      assertThat(asked).hasValue(0);

      now.addAndGet(Duration.ofMillis(100).toNanos());
      assertThat(ask(node).isEmpty()).isTrue();
      assertThat(asked).hasValue(1);
    } finally {
      server.stop(0);
    }
  }
}
