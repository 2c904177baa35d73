package io.sluice.gateway.hub;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.OwnJvm;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Measures what a channel of a connection takes, for [ChannelMemoryTest].
final class ChannelMemoryMain {
  /// Bytes of one that nobody else has.
  static final String OWN = "own";

  /// Of one that all have.
  static final String SHARED = "shared";

  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final int CONNECTIONS = 400;
  private static final int CHANNELS = 100;

  private ChannelMemoryMain() {}

  static void main(String[] what) {
    OwnJvm.tell(what[0], bytesOfOne(what[0].equals(OWN) ? "of-#" : "shared"));
  }

  /// @param form of a channel's name, `#` for whose it is
  private static double bytesOfOne(String form) {
    ManualLoop loop = new ManualLoop();
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
    HubShard shard = hub.shards().getFirst();
    TestPartition log = new TestPartition(POLICY.binding("default"), ByteSize.mib(8), hub);
    List<Map<String, Subscription>> connections = new ArrayList<>(); // as they keep theirs
    long before = OwnJvm.live();
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
    double grown = OwnJvm.live(connections, hub) - before;
    return grown / CONNECTIONS / CHANNELS;
  }
}
