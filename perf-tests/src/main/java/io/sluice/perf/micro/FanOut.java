package io.sluice.perf.micro;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.MicroPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/// From the tailer to the outboxes of one loop: all of the gateway's own work on a publication,
/// without sockets.
@State(Scope.Benchmark)
public class FanOut {
  static final int SUBSCRIBERS = 10_000;

  private static final String CHANNEL = "news";
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");

  private final CallersThread loop = new CallersThread();
  private final MicroPartition log;
  private final List<CountingSubscriber> subscribers =
      Stream.generate(CountingSubscriber::new).limit(SUBSCRIBERS).toList();
  private final byte[] value = Payload.json(200);
  private long published;

  /// Everybody subscribes.
  public FanOut() {
    Hub hub = new Hub(List.of(loop), new PositionTokens("key"));
    HubShard shard = hub.shards().getFirst();
    log = new MicroPartition(POLICY.binding(ChannelName.DEFAULT), ByteSize.mib(4), hub);
    for (CountingSubscriber subscriber : subscribers) {
      ChannelName channel = new ChannelName(ChannelName.DEFAULT, CHANNEL);
      shard.subscribe(new Subscription(subscriber, channel, POLICY, Side.CLIENT), log.partition());
    }
  }

  /// One publication to 10,000 subscribers; a delivery is an operation.
  @Benchmark
  @OperationsPerInvocation(SUBSCRIBERS)
  public void publish200BTo10000() {
    log.publish(CHANNEL, value);
    loop.runAll();
    published++;
  }

  /// What was measured must have happened.
  @TearDown(Level.Iteration)
  public void everybodyGotEverything() {
    for (CountingSubscriber subscriber : subscribers) {
      if (subscriber.offered() != published || subscriber.unflushed() != 0) {
        throw new IllegalStateException(
            "%d published, but %d offered, and %d of them not flushed"
                .formatted(published, subscriber.offered(), subscriber.unflushed()));
      }
    }
  }

  /// What was offered to all subscribers together.
  long delivered() {
    return subscribers.stream().mapToLong(CountingSubscriber::offered).sum();
  }
}
