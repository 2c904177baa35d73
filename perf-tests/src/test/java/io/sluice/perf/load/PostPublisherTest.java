package io.sluice.perf.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.FreePorts;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class PostPublisherTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static final PostPublisher.Form FORM =
      new PostPublisher.Form() {
        @Override
        public String path(String channel) {
          return "/p?c=" + channel;
        }

        @Override
        public String headers() {
          return "X-Key: k\r\n";
        }

        @Override
        public byte[] body(String channel, byte[] payload) {
          return payload;
        }

        @Override
        public boolean taken(int status, String body) {
          return status == 201 && body.equals("good");
        }
      };

  private final List<String> outcomes = new CopyOnWriteArrayList<>();
  private final int port = FreePorts.next();

  /// Servers close connections on which nothing is asked for: it must not have one yet.
  private final PostPublisher publisher =
      new PostPublisher(URI.create("http://127.0.0.1:" + port), FORM);

  private final List<Socket> accepted = new ArrayList<>();
  private ServerSocket listener;

  @BeforeEach
  void listen() throws IOException {
    listener = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
  }

  private Socket accept() throws IOException {
    Socket server = listener.accept();
    accepted.add(server);
    return server;
  }

  @AfterEach
  void end() throws IOException {
    for (Socket server : accepted) {
      server.close();
    }
    publisher.close();
    listener.close();
  }

  private void publish(String channel, String payload) {
    publisher.publish(
        channel,
        payload.getBytes(StandardCharsets.US_ASCII),
        new Publisher.Outcome() {
          @Override
          public void acknowledged(long offset) {
            outcomes.add(payload + " " + offset);
          }

          @Override
          public void failed(String why) {
            outcomes.add(payload + " failed: " + why);
          }
        });
  }

  private static void answer(Socket server, String text) throws IOException {
    server.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
  }

  private void awaitOutcomes(int count) {
    await().atMost(LIMIT).untilAsserted(() -> assertThat(outcomes).hasSize(count));
  }

  @Test
  void requestsFollowOneAnotherWithoutWaitingAndAnswersBelongToThemInOrder() throws Exception {
    publish("a", "one");
    publish("b", "second");
    Socket server = accept();
    String both =
        """
        POST /p?c=a HTTP/1.1\r
        Host: 127.0.0.1:%1$d\r
        X-Key: k\r
        Content-Length: 3\r
        \r
        onePOST /p?c=b HTTP/1.1\r
        Host: 127.0.0.1:%1$d\r
        X-Key: k\r
        Content-Length: 6\r
        \r
        second\
        """
            .formatted(port);
    InputStream in = server.getInputStream();
    assertThat(new String(in.readNBytes(both.length()), StandardCharsets.US_ASCII)).isEqualTo(both);

    answer(server, "HTTP/1.1 201 Created\r\ncontent-LENGTH: 4\r\n\r\ngoodHTTP/1.1 507 Full\r\n");
    awaitOutcomes(1);
    answer(server, "Content-Length: 2\r\n\r\nno");
    awaitOutcomes(2);

    assertThat(outcomes).containsExactly("one -1", "second failed: 507 no");
  }

  @Test
  void whatHasNoAnswerWhenTheServerClosesHasFailed() throws Exception {
    publish("a", "one");
    accept().close();
    awaitOutcomes(1);
    publish("a", "two");
    awaitOutcomes(2);

    assertThat(outcomes).allMatch(it -> it.contains(" failed: "));
  }

  @Test
  void whereNobodyListensItHasFailed() throws Exception {
    listener.close();
    publish("a", "one");

    assertThat(outcomes).singleElement().asString().startsWith("one failed: ");
  }

  @Test
  void anAnswerWhoseEndNobodyCanTellIsAFailure() throws Exception {
    publish("a", "one");
    answer(accept(), "HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n");
    awaitOutcomes(1);

    assertThat(outcomes.getFirst()).contains("an answer of -1 bytes: HTTP/1.1 201 Created");
  }
}
