package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.HistoryQuery.Order;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class HistoryReaderTest {
  private static final int RECORDS = 20_000;
  private static final byte[] NONE = new byte[0];

  private final Window window =
      new Window(
          TopicBinding.of("default", "t"),
          new Epoch(Uuid.ZERO_UUID, 0, 1, 0),
          0,
          ByteSize.mib(64),
          (_, _, _, _, _, _) -> {});
  private final TailedPartition partition = new TailedPartition(0, window.binding(), 0, window, 0);

  private void write() {
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < RECORDS; i++) {
      writer.append("k", i, 1, NONE, new byte[] {'1'});
      writer.publish(i + 1);
    }
  }

  /// All records are the channel's, so the newest publication is the one before the position.
  @ParameterizedTest
  @EnumSource
  void whatComesWhileItIsReadIsInTheAnswerOrAfterItsPosition(Order order) throws Exception {
    HistoryReader reader = new HistoryReader(ReplaySource.NONE);
    Thread writer = Thread.ofPlatform().start(this::write);
    do {
      PositionPlan plan =
          new PositionPlan.NothingMissed(
              order == Order.REVERSE ? Long.MAX_VALUE : Math.max(0, window.tail() - 100));
      HistoryQuery query = new HistoryQuery(Optional.empty(), HistoryQuery.MOST, order);
      History.Page page =
          (History.Page)
              reader
                  .read(partition, window, "k", query, plan)
                  .toCompletableFuture()
                  .get(10, TimeUnit.SECONDS);
      if (order == Order.REVERSE || page.publications().size() < HistoryQuery.MOST) {
        page.publications().stream()
            .mapToLong(Publication::offset)
            .max()
            .ifPresent(newest -> assertThat(page.top().offset()).isEqualTo(newest));
      }
    } while (writer.isAlive());
  }
}
