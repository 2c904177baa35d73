package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// The sums are those of what Kafka's clients are really given.
class BridgeMemoryTest {
  private static final long MIB = 1L << 20;
  private static final ByteSize FETCH = ByteSize.mib(16);
  private static final KafkaSettings KAFKA =
      new KafkaSettings(
          "k:1", Map.of(), false, 12, (short) -1, "control", "dead", "ledger", 255, FETCH);
  private static final PublishSettings PUBLISH =
      new PublishSettings(
          1_000,
          ByteSize.mib(8),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofSeconds(2));

  private static BridgeSettings settings(Isolation... isolations) {
    List<TopicBinding> bindings = Arrays.stream(isolations).map(BridgeMemoryTest::binding).toList();
    return new BridgeSettings(
        KAFKA,
        new WindowSettings(ByteSize.mib(64), Duration.ofMinutes(10), ByteSize.mib(8)),
        PUBLISH,
        new ReplaySettings(2),
        bindings);
  }

  private static TopicBinding binding(Isolation isolation) {
    return new TopicBinding(
        isolation.name(),
        isolation.name(),
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.JSON,
        Optional.empty(),
        Tombstones.SKIP,
        Mode.LOG,
        false,
        isolation);
  }

  /// A consumer holds a fetch of each partition at most.
  @ParameterizedTest
  @ValueSource(ints = {1, 12, 16, 17, 100, 256, 300, 5_000})
  void whatAConsumerMayHoldIsWhatIsCounted(int partitions) {
    Map<String, Object> consumer =
        new ClientProperties(KAFKA, "n")
            .consumer("tailer", Isolation.READ_COMMITTED, FETCH, partitions);
    int each = (int) consumer.getOrDefault("max.partition.fetch.bytes", 0);
    long held = BridgeMemory.of(settings(Isolation.READ_COMMITTED), partitions).fetched() / 2;

    assertThat((long) partitions * each).isLessThanOrEqualTo(held - MIB);
    assertThat(consumer).containsEntry("fetch.max.bytes", FETCH.asInt());
    assertThat(each).as("reading goes on").isGreaterThanOrEqualTo(64 << 10);
  }

  @Test
  void eachIsolationHasATailer() {
    long one = BridgeMemory.of(settings(Isolation.READ_COMMITTED), 12).fetched();
    long two =
        BridgeMemory.of(settings(Isolation.READ_COMMITTED, Isolation.READ_UNCOMMITTED), 12)
            .fetched();
    assertThat(two - one).isEqualTo(2 * FETCH.bytes());
  }

  @Test
  void aWindowHasRoomForEveryPartition() {
    BridgeSettings settings = settings(Isolation.READ_COMMITTED);
    assertThat(BridgeMemory.of(settings, 0).window()).isEqualTo(64 * MIB);
    assertThat(BridgeMemory.of(settings, 16).window()).isEqualTo(64 * MIB);
    assertThat(BridgeMemory.of(settings, 100).window()).isEqualTo(400 * MIB);
  }

  @Test
  void producersHoldWhatTheyAreGiven() {
    ClientProperties properties = new ClientProperties(KAFKA, "n");
    long given =
        (long) properties.publisher(PUBLISH).getOrDefault("buffer.memory", 0L)
            + (long) properties.chores().getOrDefault("buffer.memory", 0L);

    BridgeMemory memory = BridgeMemory.of(settings(Isolation.READ_COMMITTED), 12);

    assertThat(memory.producers()).isEqualTo(given).isGreaterThan(4 * 8 * MIB);
    assertThat(memory.publishes()).isBetween(32 * MIB, 33 * MIB);
  }
}
