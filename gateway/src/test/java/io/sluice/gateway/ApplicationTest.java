package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.edge.Application;
import io.sluice.gateway.protocol.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Clients call an application that runs in the node.
final class ApplicationTest {
  private static final BlockingQueue<String> SENT = new LinkedBlockingQueue<>();
  private static final BlockingQueue<CompletableFuture<Application.Answer>> HELD =
      new LinkedBlockingQueue<>();

  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    gateway = Gateway.start(TestStack.config("application", Map.of()), new Shop());
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  private static final class Shop implements Application {
    @Override
    public CompletionStage<Answer> call(Caller caller, String method, byte[] data) {
      return switch (method) {
        case "echo" -> CompletableFuture.completedFuture(new Answer.Done(data));
        case "who" ->
            CompletableFuture.completedFuture(
                new Answer.Done(("\"" + caller.user() + "\"").getBytes(StandardCharsets.UTF_8)));
        case "later" -> {
          CompletableFuture<Answer> held = new CompletableFuture<>();
          HELD.add(held);
          yield held;
        }
        case "broken" -> CompletableFuture.failedFuture(new IllegalStateException("on purpose"));
        case "thrown" -> throw new IllegalStateException("on purpose");
        default ->
            CompletableFuture.completedFuture(new Answer.Refused(ErrorCode.METHOD_NOT_FOUND));
      };
    }

    @Override
    public void sent(Caller caller, byte[] data) {
      SENT.add(caller.user() + " " + new String(data, StandardCharsets.UTF_8));
    }
  }

  private static String call(String method) {
    return "{\"method\":\"" + method + "\",\"data\":{\"n\":1}}";
  }

  @Test
  void callsAreAnsweredAndMayFail() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      assertThat(client.command("rpc", call("echo")).path("rpc").path("data").path("n").asInt())
          .isEqualTo(1);
      assertThat(client.command("rpc", call("who")).path("rpc").path("data").asText())
          .isEqualTo("ann");
      assertThat(client.command("rpc", call("nothing")).path("error").path("code").asInt())
          .isEqualTo(104);
      assertThat(client.command("rpc", call("broken")).path("error").path("code").asInt())
          .isEqualTo(100);
      assertThat(client.command("rpc", call("thrown")).path("error").path("code").asInt())
          .isEqualTo(100);
    }
  }

  @Test
  void whatIsSentArrives() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      client.send("{\"send\":{\"data\":{\"n\":2}}}");
      assertThat(SENT.poll(10, TimeUnit.SECONDS)).isEqualTo("ann {\"n\":2}");
    }
  }

  @Test
  void tooManyCallsAtOnceAreRefused() throws Exception {
    try (TestClient client = TestClient.connected(gateway, "ann")) {
      StringBuilder frame = new StringBuilder();
      for (int i = 0; i <= 256; i++) {
        frame.append(i == 0 ? "" : "\n");
        frame.append("{\"id\":").append(100 + i).append(",\"rpc\":{\"method\":\"later\"}}");
      }
      client.send(frame.toString());
      assertThat(client.next(it -> it.path("id").asInt() == 356).path("error").path("code").asInt())
          .isEqualTo(111);
      for (int i = 0; i < 256; i++) {
        HELD.remove().complete(new Application.Answer.Done(new byte[0]));
      }
      assertThat(client.next(it -> it.path("id").asInt() == 355).has("rpc")).isTrue();
      assertThat(client.command("rpc", call("echo")).has("rpc")).isTrue();
    }
  }
}
