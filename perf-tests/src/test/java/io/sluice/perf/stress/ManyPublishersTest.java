package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.perf.load.Publisher;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class ManyPublishersTest {
  private static final Publisher.Outcome NOBODY =
      new Publisher.Outcome() {
        @Override
        public void acknowledged(long offset) {}

        @Override
        public void failed(String why) {}
      };

  private final List<String> published = new CopyOnWriteArrayList<>();
  private final CountDownLatch answer = new CountDownLatch(1);

  /// Publishes to channel `0` when it is let.
  private final class Hanging implements Publisher {
    @Override
    public void publish(String channel, byte[] payload, Outcome outcome) {
      if (channel.equals("0")) {
        try {
          answer.await();
        } catch (InterruptedException _) {
          Thread.currentThread().interrupt();
        }
      }
      published.add(channel + payload.length);
    }

    @Override
    public void close() {
      published.add("closed");
    }
  }

  @Test
  @Timeout(20)
  void oneThatWaitsForAnAnswerHoldsUpItsOwnChannelsOnlyWhichStayInOrder() {
    try (ManyPublishers many = new ManyPublishers(2, Hanging::new)) {
      for (int i = 1; i <= 3; i++) {
        many.publish("0", new byte[i], NOBODY);
        many.publish("1", new byte[i], NOBODY);
      }
      await().until(() -> published.equals(List.of("11", "12", "13")));
      answer.countDown();
    }
    assertThat(published).hasSize(8);
    assertThat(published.subList(3, 6)).containsExactly("01", "02", "03");
  }
}
