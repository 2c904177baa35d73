package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.filter.TagFilter;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// A delivery allocates nothing for a subscriber: what a turn of the hub allocates is the same
/// however many subscribers a channel has.
final class DeliveryAllocationTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");
  private static final int FEW = 1_000;
  private static final int MANY = 2_000;
  private static final int WARM_UP = 50;
  private static final int TURNS = 50;
  private static final String PAYLOAD = "{\"text\":\"" + "lorem ipsum ".repeat(40) + "\"}";

  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /// What is served.
  enum Kind {
    JSON(WireForm.JSON, Delta.NONE),
    PROTOBUF(WireForm.PROTOBUF, Delta.NONE),
    COMPRESSED(WireForm.JSON_DEFLATED, Delta.NONE),
    FILTERED(WireForm.JSON, Delta.NONE),
    PATCHED(WireForm.JSON, Delta.FOSSIL);

    final WireForm form;
    final Delta delta;

    Kind(WireForm form, Delta delta) {
      this.form = form;
      this.delta = delta;
    }
  }

  @ParameterizedTest
  @EnumSource
  void aTurnAllocatesNothingForEachOfOneThousandMoreSubscribers(Kind kind) {
    assertThat(THREADS.isThreadAllocatedMemorySupported()).isTrue();
    long few = allocatedInATurn(kind, FEW);
    long many = allocatedInATurn(kind, MANY);

    assertThat(few).as("it counts").isPositive();
    // what is compiled meanwhile may change a turn by an object or two
    assertThat(many - few)
        .as("%d bytes for %d, %d for %d", few, FEW, many, MANY)
        .isLessThan(MANY - FEW);
  }

  /// The least of many turns, which all do the same: now and then one makes a table larger.
  private static long allocatedInATurn(Kind kind, int subscribers) {
    ManualLoop loop = new ManualLoop();
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
    HubShard shard = hub.shards().getFirst();
    TestPartition log = new TestPartition(POLICY.binding("default"), ByteSize.mib(8), hub);
    List<CountingSubscriber> all = new ArrayList<>();
    for (int i = 0; i < subscribers; i++) {
      CountingSubscriber subscriber = new CountingSubscriber(kind.form, () -> {});
      all.add(subscriber);
      SharedFilter filter =
          kind == Kind.FILTERED
              ? shard.filters().take(new TagFilter.In("k", Set.of("v")), 10).orElseThrow()
              : null;
      ChannelName name = new ChannelName("default", "a");
      shard.subscribe(
          new Subscription(subscriber, name, POLICY, Side.CLIENT, kind.delta, filter),
          log.partition());
    }
    long least = Long.MAX_VALUE;
    for (int turn = 0; turn < WARM_UP + TURNS; turn++) {
      log.publish("a", PAYLOAD, Map.of("k", "v"));
      long before = THREADS.getCurrentThreadAllocatedBytes();
      loop.runAll();
      long allocated = THREADS.getCurrentThreadAllocatedBytes() - before;
      if (turn >= WARM_UP) {
        least = Math.min(least, allocated);
      }
    }
    assertThat(all).allMatch(s -> s.offered == WARM_UP + TURNS && s.waiting == 0);
    return least;
  }
}
