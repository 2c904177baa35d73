package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/// What a channel that a connection has takes on the heap: what the sizing guide and `doctor` say
/// of it is not far off.
final class ChannelMemoryTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final int CONNECTIONS = 400;
  private static final int CHANNELS = 100;

  /// The objects' headers are four bytes longer in tests than in nodes, and there are some
  /// fourteen.
  private static final double LARGER_HERE = 1.15;

  @Test
  void itTakesWhatItIsSaidToTake() {
    double ofItsOwn = bytesOfOne("of-#");
    double shared = bytesOfOne("shared");

    System.out.printf(
        "bytes of a channel: %.0f of its own, %.0f shared by %d%n", ofItsOwn, shared, CONNECTIONS);
    assertThat(ofItsOwn).isBetween(Subscription.BYTES * 0.75, Subscription.BYTES * LARGER_HERE);
    assertThat(shared).isBetween(ofItsOwn / 2, ofItsOwn * 0.9);
  }

  /// @param form of a channel's name, `#` for whose it is
  private static double bytesOfOne(String form) {
    ManualLoop loop = new ManualLoop();
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
    HubShard shard = hub.shards().getFirst();
    TestPartition log = new TestPartition(POLICY.binding("default"), ByteSize.mib(8), hub);
    List<Map<String, Subscription>> connections = new ArrayList<>(); // as they keep theirs
    long before = live();
    for (int i = 0; i < CONNECTIONS; i++) {
      CountingSubscriber subscriber = new CountingSubscriber(WireForm.JSON, () -> {});
      Map<String, Subscription> byName = new HashMap<>();
      for (int j = 0; j < CHANNELS; j++) {
        ChannelName name = new ChannelName("default", form.replace("#", "" + i) + "-channel-" + j);
        Subscription subscription = new Subscription(subscriber, name, POLICY, Side.CLIENT);
        shard.subscribe(subscription, log.partition());
        byName.put(subscription.name(), subscription);
      }
      connections.add(byName);
    }
    double grown = live() - before;
    assertThat(connections).hasSize(CONNECTIONS).allMatch(it -> it.size() == CHANNELS);
    assertThat(shard.thread()).isSameAs(loop); // all of it is there still
    return grown / CONNECTIONS / CHANNELS;
  }

  private static long live() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
