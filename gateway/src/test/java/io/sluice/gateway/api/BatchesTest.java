package io.sluice.gateway.api;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.context.Context;
import io.sluice.gateway.api.Command.Order;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.logs.WrittenLines;
import io.sluice.gateway.telemetry.LoggedContext;
import io.sluice.gateway.telemetry.Tracing;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/// When the commands of one request are started; each is answered by hand.
class BatchesTest {
  private final List<Command> started = new ArrayList<>();
  private final List<CompletableFuture<Reply>> pending = new ArrayList<>();
  private final AtomicBoolean late = new AtomicBoolean();

  @Test
  void whatWasNotStartedWhenTheCallerLeavesNeverIs() {
    var reply = start(Order.SEQUENTIAL, publish("a"), tell("u"), publish("b"), tell("v"));
    assertThat(started).containsExactly(publish("a"));
    late.set(true);
    answer(0);
    assertThat(started).containsExactly(publish("a"));
    assertThat(reply.join().toJson().toString())
        .startsWith("{\"replies\":[{\"info\":{}},{\"error\":{\"code\":100")
        .contains("not started");
    assertThat(reply.join().toJson().path("replies")).hasSize(4);
  }

  @Test
  void whatKeepsItsOrderByItselfIsStartedTogetherAndInOrder() {
    var _ =
        start(
            Order.SEQUENTIAL,
            publish("a"),
            publish("b"),
            tell("u"),
            tell("v"),
            tell("w"),
            publish("c"),
            publish("d"));
    assertThat(started).containsExactly(publish("a"), publish("b"));
    answer(1);
    assertThat(started).hasSize(2);
    answer(0);
    assertThat(started.subList(2, started.size())).containsExactly(tell("u"), tell("v"), tell("w"));
    answer(2);
    answer(3);
    answer(4);
    assertThat(started.subList(5, started.size())).containsExactly(publish("c"), publish("d"));
  }

  @Test
  void aFewQuestionsToAllNodesAreUnderWayAtATime() {
    Command[] all =
        Collections.nCopies(100, new Command.Presence("there:1")).toArray(Command[]::new);
    all[99] = publish("a");
    var reply = start(Order.PARALLEL, all);
    assertThat(started).as("the publish waits for none").hasSize(Batches.MOST_ASKED + 1);
    int answered = 0;
    while (!reply.isDone()) {
      answer(answered++);
      long questions = pending.stream().filter(it -> !it.isDone()).count();
      assertThat(questions).isLessThanOrEqualTo(Batches.MOST_ASKED + 1);
    }
    assertThat(started).hasSize(100);
  }

  @Test
  void aThousandThatAreAnsweredAtOnceFitOnAStack() {
    Command[] all = new Command[CommandReader.MAX_COMMANDS];
    for (int i = 0; i < all.length; i++) {
      all[i] = i % 2 == 0 ? publish("a") : tell("u");
    }
    CompletableFuture<Reply> first = new CompletableFuture<>();
    var reply =
        Batches.execute(
                batch(Order.SEQUENTIAL, all),
                command -> {
                  started.add(command);
                  return started.size() == 1 ? first : CompletableFuture.completedFuture(done());
                },
                late::get)
            .toCompletableFuture();
    first.complete(done());
    assertThat(reply.join().toJson().path("replies")).hasSize(all.length);
    assertThat(started).containsExactly(all);
  }

  /// Those that are started later, too, whoever finds out.
  @Test
  void theLineOfOneThatFailsNamesTheTraceOfItsRequest() throws Exception {
    try (Tracing tracing =
            Tracing.open(
                new TracingConfig("http://127.0.0.1:1", OtlpProtocol.HTTP_PROTOBUF, 1, 100),
                "n-1",
                "1",
                new SimpleMeterRegistry());
        WrittenLines lines = new WrittenLines(Batches.class.getName(), Level.ERROR)) {
      Context context =
          tracing
              .requests()
              .orElseThrow()
              .begin("POST", "/api/batch", "/api/batch", Optional.empty());
      Span request = Span.fromContext(context);
      var reply =
          new LoggedContext(context).call(() -> start(Order.SEQUENTIAL, publish("a"), tell("u")));
      for (int i = 0; i < 2; i++) {
        CompletableFuture<Reply> one = pending.get(i);
        Thread.ofVirtual()
            .start(() -> one.completeExceptionally(new IllegalStateException("as the test wants")))
            .join();
      }
      assertThat(reply.join().toJson().path("replies")).hasSize(2);
      assertThat(lines.all())
          .hasSize(2)
          .allSatisfy(line -> {
            assertThat(line.path("message").asText()).isEqualTo("a command of the API failed");
            assertThat(line.path("traceId").asText())
                .isEqualTo(request.getSpanContext().getTraceId());
            assertThat(line.path("spanId").asText())
                .isEqualTo(request.getSpanContext().getSpanId());
          });
    }
  }

  @Test
  void inTheOlderFormThereIsNoBatch() throws UndecodableException {
    String body = "{\"method\":\"batch\",\"params\":{\"commands\":[{\"info\":{}}]}}";
    assertThat(CommandReader.readOlder(body.getBytes(StandardCharsets.UTF_8)))
        .containsExactly(new Command.NoSuchMethod("batch"));
  }

  private CompletableFuture<Reply> start(Order order, Command... all) {
    return Batches.execute(batch(order, all), this::execute, late::get).toCompletableFuture();
  }

  private CompletionStage<Reply> execute(Command command) {
    started.add(command);
    pending.add(new CompletableFuture<>());
    return pending.getLast();
  }

  private void answer(int which) {
    pending.get(which).complete(done());
  }

  private static Reply done() {
    return new Reply.Result(JsonNodeFactory.instance.objectNode());
  }

  private static Command.Batch batch(Order order, Command... all) {
    return new Command.Batch(
        List.of(all).stream().map(each -> new Command.Entry(Method.INFO, each)).toList(), order);
  }

  private static Command publish(String channel) {
    return new Command.Publish(
        channel,
        new Command.Content(Optional.of("1"), Optional.empty(), Map.of(), Optional.empty()));
  }

  private static Command tell(String user) {
    return new Command.Tell(new NodeCommand.Disconnect(Whose.all(user), List.of(), 0, ""));
  }
}
