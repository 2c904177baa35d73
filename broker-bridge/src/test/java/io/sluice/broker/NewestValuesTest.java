package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.config.ConfigResource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Namespaces that keep newest values, on a real Kafka.
@Tag("full")
final class NewestValuesTest {
  private static final PublishSettings PUBLISH =
      new PublishSettings(
          100,
          ByteSize.mib(1),
          Duration.ofSeconds(2),
          Duration.ofSeconds(4),
          Duration.ofSeconds(2));
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final byte[] LARGE = new byte[100_000];

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final List<BrokerBridge> opened = new ArrayList<>();

  @AfterEach
  void close() {
    opened.forEach(BrokerBridge::close);
  }

  private static TopicBinding binding(String topic, Mode mode) {
    return new TopicBinding(
        "default",
        topic,
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        PayloadKind.BINARY,
        Optional.empty(),
        Tombstones.SKIP,
        mode,
        /* lastValue= */ mode == Mode.LOG,
        Isolation.READ_COMMITTED);
  }

  /// Caught up; nothing before this moment would be read because of its age.
  private BrokerBridge open(TopicBinding binding, ByteSize lastValues) {
    BridgeSettings settings =
        new BridgeSettings(
            SharedKafka.settings(),
            new WindowSettings(ByteSize.mib(1), Duration.ZERO, lastValues),
            PUBLISH,
            new ReplaySettings(1),
            List.of(binding));
    BrokerBridge bridge = BrokerBridge.open(settings, "test", new Unheard(), registry);
    opened.add(bridge);
    await().atMost(PATIENCE).until(bridge::caughtUp);
    return bridge;
  }

  private static final class Unheard implements TailListener {
    @Override
    public void appended(TailedPartition partition, Window window, long from, long to) {}

    @Override
    public void replaced(TailedPartition partition, Window old) {}

    @Override
    public void repartitioned(TopicBinding binding, int before, int now) {}
  }

  private static ProducerRecord<byte[], byte[]> record(String topic, String key, byte[] value) {
    return new ProducerRecord<>(topic, bytes(key), value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Values of many channels, then more than a window holds.
  private static void fill(String topic) {
    List<ProducerRecord<byte[], byte[]>> all = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      all.add(record(topic, "k" + i, bytes("old")));
      all.add(record(topic, "k" + i, bytes("v" + i)));
    }
    all.add(new ProducerRecord<>(topic, bytes("k7"), null));
    for (int i = 0; i < 60; i++) {
      all.add(record(topic, "filler", LARGE));
    }
    SharedKafka.produce(all);
  }

  private static Newest newest(BrokerBridge bridge, String key) {
    return bridge.partition(new ChannelName("default", key)).window().newest(key);
  }

  private static String value(Newest newest) {
    return newest
        .found()
        .flatMap(Publication::data)
        .map(data -> new String(data, StandardCharsets.UTF_8))
        .orElse(newest.toString());
  }

  @Test
  void aNodeThatHasCaughtUpKnowsEveryChannelsNewestValueHoweverOld() throws Exception {
    for (Mode mode : Mode.values()) {
      String topic = SharedKafka.freshTopic(1);
      fill(topic);
      BrokerBridge bridge = open(binding(topic, mode), ByteSize.mib(1));

      for (int i = 0; i < 100; i++) {
        if (i != 7) {
          assertThat(newest(bridge, "k" + i)).isInstanceOf(Newest.Value.class);
          assertThat(value(newest(bridge, "k" + i))).isEqualTo("v" + i);
        }
      }
      assertThat(newest(bridge, "k7")).isInstanceOf(Newest.None.class);
      assertThat(newest(bridge, "never")).isInstanceOf(Newest.None.class);
      assertThat(bridge.lastValuesBytes()).isBetween(10_000L, ByteSize.mib(1).bytes());
      History history =
          bridge
              .history(
                  new ChannelName("default", "k3"),
                  new HistoryQuery(Optional.empty(), 10, HistoryQuery.Order.REVERSE),
                  ReplayLimits.OFF)
              .toCompletableFuture()
              .get(10, TimeUnit.SECONDS);
      assertThat(((History.Page) history).publications())
          .singleElement()
          .satisfies(p -> assertThat(p.data().orElseThrow()).isEqualTo(bytes("v3")));
    }
  }

  @Test
  void whatIsWrittenWhileTheNodeRunsIsKeptAsWell() {
    String topic = SharedKafka.freshTopic(1);
    BrokerBridge bridge = open(binding(topic, Mode.STATE), ByteSize.mib(1));
    fill(topic);
    await()
        .atMost(PATIENCE)
        .until(() -> newest(bridge, "filler").found().map(Publication::offset).orElse(0L) == 261);
    assertThat(value(newest(bridge, "k99"))).isEqualTo("v99");
    assertThat(newest(bridge, "k7")).isInstanceOf(Newest.None.class);
  }

  @Test
  void valuesWithoutRoomAreCountedAndNothingIsClaimedOfThem() {
    String topic = SharedKafka.freshTopic(1);
    fill(topic);
    BrokerBridge bridge = open(binding(topic, Mode.STATE), ByteSize.kib(16));

    assertThat(newest(bridge, "k0")).isInstanceOf(Newest.Unknown.class);
    assertThat(newest(bridge, "never")).isInstanceOf(Newest.Unknown.class);
    assertThat(value(newest(bridge, "k99"))).isEqualTo("v99");
    assertThat(bridge.lastValuesBytes()).isBetween(8L << 10, 16L << 10);
    double dropped = registry.counter("sluice.last.values.dropped", "namespace", "default").count();
    assertThat(dropped).isBetween(30.0, 99.0);
  }

  @Test
  void aTopicThatIsMadeForStateIsCompacted() throws Exception {
    String topic = SharedKafka.freshName("made");
    open(binding(topic, Mode.STATE), ByteSize.mib(1));
    SharedKafka.produce(List.of(record(topic, "k", bytes("1"))));
    assertThat(SharedKafka.everything(topic)).hasSize(1);
    assertThat(cleanup(topic)).isEqualTo("compact");
  }

  private static String cleanup(String topic) throws Exception {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (Admin admin =
        Admin.create(Map.of("bootstrap.servers", SharedKafka.kafka().bootstrapServers()))) {
      return admin
          .describeConfigs(List.of(resource))
          .all()
          .get(10, TimeUnit.SECONDS)
          .values()
          .stream()
          .map(config -> config.get("cleanup.policy").value())
          .findFirst()
          .orElseThrow();
    }
  }
}
