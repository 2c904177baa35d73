package io.sluice.perf;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;

/// The pages of `deploy/examples/html` in a real browser.
final class BrowserExample {
  private BrowserExample() {}

  /// Holds `subscriber.html`, which needs no SDK, to it: it shows a record. It is served as it is,
  /// with the edge of this run.
  static void hearsWithoutSdk(RunningUp up) throws Exception {
    byte[] page =
        Files.readString(Examples.FOLDER.resolve("html/subscriber.html"))
            .replace("127.0.0.1:8000", up.node().edge().getAuthority())
            .getBytes(UTF_8);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0), 0);
    server.createContext(
        "/subscriber.html",
        exchange -> {
          exchange.sendResponseHeaders(200, page.length);
          exchange.getResponseBody().write(page);
          exchange.close();
        });
    server.start();
    String address =
        "http://localhost:%d/subscriber.html?token=%s"
            .formatted(server.getAddress().getPort(), up.token());
    try (Chromium browser = Chromium.open(URI.create(address));
        KafkaProducer<String, String> service = NumberedRecords.producer(up.runFile().kafka())) {
      browser.page().waitForFunction("events.readyState === EventSource.OPEN");
      service.send(new ProducerRecord<>("sluice.default", "news", "{\"to\":\"page\"}")).get();
      browser.page().locator("#list li").getByText("{\"to\":\"page\"}").first().waitFor();
    } finally {
      server.stop(0);
    }
  }

  /// Holds `centrifuge.html`, served by the token endpoint for Node, to it: subscribed with a token
  /// of the endpoint, it shows a record.
  static void hears(RunningUp up, RunningCommand endpoint, Duration limit) throws Exception {
    String home = endpoint.awaitOut(limit, line -> line.startsWith("http://"));
    try (Chromium browser = Chromium.open(URI.create(home + "?edge=" + up.node().edge()));
        KafkaProducer<String, String> service = NumberedRecords.producer(up.runFile().kafka())) {
      browser.page().locator("#state:text-is('subscribed')").waitFor();
      service.send(new ProducerRecord<>("sluice.default", "news", "{\"to\":\"browser\"}")).get();
      browser.page().locator("#list li").getByText("{\"to\":\"browser\"}").waitFor();
      assertThat(browser.errors()).isEmpty();
    }
  }
}
