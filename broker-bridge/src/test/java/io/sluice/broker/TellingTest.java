package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class TellingTest {
  /// Nobody listens there.
  private static final String NOWHERE = "127.0.0.1:1";

  @Test
  @Tag("full")
  void whatIsToldWhileKafkaIsAwayIsRefusedInTimeAndHowMuchWaitsHasALimit() {
    try (RenewingProducer producer = producer();
        Telling telling = new Telling(producer)) {
      telling.start();
      List<CompletableFuture<TellOutcome>> accepted = new ArrayList<>();
      for (int i = 0; i < Telling.MOST / 512; i++) {
        accepted.add(tell(telling));
      }
      assertThat(tell(telling))
          .isCompletedWithValue(
              new TellOutcome.Refused(
                  "4194304 bytes wait to be told to the nodes, at most 4194304"));
      CompletableFuture<Void> all =
          CompletableFuture.allOf(accepted.toArray(CompletableFuture<?>[]::new));
      assertThat(all).succeedsWithin(Duration.ofSeconds(10));
      assertThat(accepted.stream().map(CompletableFuture::join))
          .hasOnlyElementsOfType(TellOutcome.Refused.class);
      assertThat(tell(telling)).as("there is room again").isNotDone();
    }
  }

  @Test
  void nothingIsAcceptedAfterTheEndAndWhatWasIsAnswered() throws Exception {
    RenewingProducer producer = producer();
    Telling telling = new Telling(producer);
    telling.start();
    CompletableFuture<TellOutcome> before = tell(telling);
    telling.close();
    telling.close();
    producer.close();
    assertThat(before.get(5, TimeUnit.SECONDS)).isInstanceOf(TellOutcome.Refused.class);
    assertThat(tell(telling)).isCompletedWithValue(new TellOutcome.Refused("the node is closing"));
  }

  private static CompletableFuture<TellOutcome> tell(Telling telling) {
    return telling.send("control", new byte[] {1}, new byte[] {2}).toCompletableFuture();
  }

  private static RenewingProducer producer() {
    Map<String, Object> properties = new HashMap<>(SharedKafka.clients("n").chores());
    properties.put("bootstrap.servers", NOWHERE);
    return new RenewingProducer(
        "chores",
        () -> new KafkaProducer<>(properties),
        new BridgeMetrics(new SimpleMeterRegistry()));
  }
}
