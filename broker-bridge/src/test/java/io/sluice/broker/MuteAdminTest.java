package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.SilentKafka;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// An Admin client that connects while nobody answers. Whoever asks gives up sooner than it does,
/// and asks again.
class MuteAdminTest {
  private static final Duration GIVEN_UP = Duration.ofSeconds(1);
  private static final TopicBinding ORDERS = TopicBinding.of(ChannelName.DEFAULT, "orders");

  private SilentKafka kafka;
  private Topics topics;

  @BeforeEach
  void start() throws Exception {
    kafka = new SilentKafka();
    KafkaSettings settings =
        new KafkaSettings(
            kafka.linkedServers(),
            Map.of(),
            true,
            1,
            (short) -1,
            "control",
            "dead",
            "ledger",
            255,
            ByteSize.mib(16));
    PublishSettings publish =
        new PublishSettings(
            1,
            ByteSize.mib(1),
            Duration.ofSeconds(1),
            Duration.ofSeconds(4),
            Duration.ofSeconds(2));
    topics = new Topics(settings, publish, new ClientProperties(settings, "n1"), GIVEN_UP);
  }

  @AfterEach
  void close() throws Exception {
    topics.close();
    kafka.close();
  }

  @Test
  void connectionThatNeverSaidAnythingIsNotKept() {
    TopicState orders =
        await()
            .atMost(Duration.ofSeconds(30))
            .ignoreExceptions() // the broker has a second here, and may need longer at first
            .until(() -> topics.start(List.of(ORDERS)), it -> !it.isEmpty())
            .getFirst();
    kafka.link().fallSilent();
    // the connection that it had is given up, and another one made
    for (int i = 0; i < 10; i++) {
      assertThat(answers(orders)).isFalse();
    }

    kafka.link().speak();

    // each of these is given up before the next: none of them says how long it has been so
    await()
        .pollInterval(Duration.ofMillis(1))
        .atMost(Duration.ofSeconds(20))
        .until(() -> answers(orders));
  }

  private boolean answers(TopicState orders) {
    try {
      return topics.isStill(ORDERS, orders.id(), Duration.ofMillis(300));
    } catch (KafkaException _) {
      return false;
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
