package io.sluice.broker;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/// A bridge with one namespace, `default`, and what it tells; on the shared broker if nothing else
/// is said.
final class TestBridge implements AutoCloseable, TailListener {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final ReplayLimits LIMITS = new ReplayLimits(100_000, ByteSize.mib(64));

  final List<Window> replaced = new CopyOnWriteArrayList<>();
  final BrokerBridge bridge;

  private TestBridge(TopicBinding binding, KafkaSettings kafka, Duration age) {
    bridge =
        BrokerBridge.open(
            new BridgeSettings(
                kafka,
                new WindowSettings(ByteSize.mib(16), age, ByteSize.mib(1)),
                new PublishSettings(
                    1_000,
                    ByteSize.mib(1),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(20),
                    Duration.ofSeconds(5)),
                new ReplaySettings(1),
                List.of(binding)),
            "test",
            this,
            new SimpleMeterRegistry());
  }

  /// One that has read the past, and is ready.
  static TestBridge open(TopicBinding binding) {
    return open(binding, SharedKafka.settings());
  }

  /// The same elsewhere, or with the topics that other nodes use.
  static TestBridge open(TopicBinding binding, KafkaSettings kafka) {
    return ready(new TestBridge(binding, kafka, Duration.ofMinutes(10)));
  }

  /// One whose windows begin where the log ends now.
  static TestBridge late(TopicBinding binding) {
    return ready(new TestBridge(binding, SharedKafka.settings(), Duration.ZERO));
  }

  private static TestBridge ready(TestBridge opened) {
    await().atMost(PATIENCE).until(opened.bridge::caughtUp);
    return opened;
  }

  static ChannelName channel(String key) {
    return new ChannelName(ChannelName.DEFAULT, key);
  }

  /// Of partition 0.
  Window window() {
    return bridge.partitions(ChannelName.DEFAULT).getFirst().window();
  }

  void awaitTail(long offset) {
    await().atMost(PATIENCE).until(() -> window().tail() >= offset);
  }

  /// What a channel has from a Kafka offset on, from wherever it must be read. Values only.
  List<String> since(String key, long offset) throws Exception {
    HistoryQuery query =
        new HistoryQuery(
            Optional.of(new Position(window().epoch(), offset)), -1, HistoryQuery.Order.FORWARD);
    History history =
        bridge.history(channel(key), query, LIMITS).toCompletableFuture().get(10, TimeUnit.SECONDS);
    if (!(history instanceof History.Page(Position _, List<Publication> publications))) {
      throw new AssertionError("no page of " + key + " since " + offset + ", but " + history);
    }
    return publications.stream().map(TestBridge::data).toList();
  }

  /// A publication's value; `null` for none.
  static String data(Publication publication) {
    return publication.data().map(data -> new String(data, StandardCharsets.UTF_8)).orElse("null");
  }

  PositionPlan plan(String key, long offset) {
    return bridge.plan(channel(key), new Position(window().epoch(), offset), window(), LIMITS);
  }

  long logEnd() throws Exception {
    return bridge
        .logEnd(bridge.partitions(ChannelName.DEFAULT).getFirst())
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  PublishOutcome publish(String key, String value) throws Exception {
    return bridge
        .publish(
            channel(key),
            value.getBytes(StandardCharsets.UTF_8),
            java.util.Map.of(),
            Optional.empty(),
            Optional.empty())
        .toCompletableFuture()
        .get(30, TimeUnit.SECONDS);
  }

  @Override
  public void appended(TailedPartition partition, Window window, long from, long to) {}

  @Override
  public void replaced(TailedPartition partition, Window old) {
    replaced.add(old);
  }

  @Override
  public void repartitioned(TopicBinding binding, int before, int now) {}

  @Override
  public void close() {
    bridge.close();
  }
}
