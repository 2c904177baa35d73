package io.sluice.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.perf.chaos.Publish.Outcome;
import io.sluice.perf.chaos.Publish.Route;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.StringSerializer;

/// Publishes numbered records from its making until [#close], by two routes: an ordinary producer,
/// and the API of the nodes in turn. Each channel has one publisher, which publishes a number once
/// whatever it is told. Threads of its own; [#close] by one.
final class Publishing implements AutoCloseable {
  /// Of the producer, a second, all channels together.
  private static final int DIRECT_RATE = 100;

  /// Of each channel that is published to through nodes. What is due while a publish hangs is left
  /// out, so that the time after it weighs no more than other time; see [Outages].
  static final Duration PACE = Duration.ofMillis(500);

  /// Longer than a node may take: 4 s.
  private static final Duration ANSWER = Duration.ofSeconds(8);

  /// As a service would wait before it tries another node.
  private static final Duration AFTER_FAILURE = Duration.ofMillis(100);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Channels channels;
  private final Published published;
  private final List<Node> nodes;
  private final KafkaProducer<String, String> producer;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(2))
          .build();
  private final Workers workers = new Workers();

  Publishing(Cluster cluster, Channels channels, Published published) {
    this.channels = channels;
    this.published = published;
    this.nodes = cluster.nodes();
    this.producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", cluster.bootstrapServers(), "buffer.memory", "67108864"),
            new StringSerializer(),
            new StringSerializer());
    workers.start(Thread.ofPlatform().name("producer"), this::produce);
    for (int i = 0; i < channels.through(); i++) {
      int channel = channels.direct() + i;
      workers.start(Thread.ofVirtual().name("publisher-" + i), () -> publish(channel));
    }
  }

  private void produce() {
    long[] next = new long[channels.direct()];
    long started = System.nanoTime();
    for (long i = 0; workers.goOn(); i++) {
      sleepUntil(started + i * TimeUnit.SECONDS.toNanos(1) / DIRECT_RATE);
      int channel = (int) (i % channels.direct());
      long number = next[channel]++;
      long begun = System.nanoTime();
      try {
        var _ =
            producer.send(
                new ProducerRecord<>(
                    Cluster.TOPIC, channels.name(channel), Payload.of(channel, number)),
                (stored, failure) ->
                    note(
                        Route.DIRECT,
                        0,
                        channel,
                        number,
                        begun,
                        failure == null
                            ? OptionalLong.of(stored.offset() + 1)
                            : OptionalLong.empty(),
                        failure == null));
      } catch (KafkaException | IllegalStateException e) {
        if (workers.goOn()) {
          throw e;
        }
        return; // a run that is interrupted closes the producer without waiting for this
      }
    }
  }

  private void publish(int channel) {
    int turn = channel;
    Pace pace = new Pace(PACE, System.nanoTime() + channel * PACE.toNanos() / channels.count());
    for (long number = 0; workers.goOn(); number++) {
      sleepUntil(pace.due());
      Node node = nodes.get(turn % nodes.size());
      long begun = System.nanoTime();
      boolean done = false;
      OptionalLong offset = OptionalLong.empty();
      try {
        HttpResponse<String> answer =
            http.send(request(node, channel, number), BodyHandlers.ofString());
        JsonNode result = JSON.readTree(answer.body()).path("result");
        done = answer.statusCode() == 200 && result.isObject();
        if (result.path("offset").isIntegralNumber()) {
          offset = OptionalLong.of(result.path("offset").asLong());
        }
      } catch (IOException _) {
        // a failure like any other: the node is away
      } catch (InterruptedException _) {
        return; // whoever interrupts closes
      }
      note(Route.NODE, node.number(), channel, number, begun, offset, done);
      if (!done) {
        sleepUntil(System.nanoTime() + AFTER_FAILURE.toNanos());
      }
      pace.next(System.nanoTime());
      turn++; // each node in turn, also after a failure
    }
  }

  private HttpRequest request(Node node, int channel, long number) {
    String body =
        "{\"channel\":\"%s\",\"data\":%s}"
            .formatted(channels.name(channel), Payload.of(channel, number));
    return HttpRequest.newBuilder(node.api().resolve("/api/publish"))
        .timeout(ANSWER)
        .header("X-API-Key", Node.API_KEY)
        .POST(HttpRequest.BodyPublishers.ofString(body))
        .build();
  }

  private void note(
      Route route,
      int node,
      int channel,
      long number,
      long begun,
      OptionalLong offset,
      boolean acknowledged) {
    Outcome outcome = acknowledged ? Outcome.ACKNOWLEDGED : Outcome.FAILED;
    published.add(
        new Publish(route, node, channel, number, begun, System.nanoTime(), outcome, offset));
  }

  private static void sleepUntil(long nanos) {
    long rest = nanos - System.nanoTime();
    if (rest > 0) {
      try {
        TimeUnit.NANOSECONDS.sleep(rest);
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /// What ended a publisher.
  List<Fact> stuck() {
    return workers.stuck();
  }

  /// Stops, and returns when everything published has been answered; at once when this thread has
  /// been interrupted.
  @Override
  public void close() {
    workers.close();
    boolean interrupted = Thread.interrupted();
    try {
      if (interrupted) {
        http.shutdownNow();
        producer.close(Duration.ZERO);
      } else {
        producer.close();
      }
    } finally {
      http.shutdownNow();
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
