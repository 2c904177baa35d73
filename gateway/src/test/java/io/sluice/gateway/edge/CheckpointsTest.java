package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import io.sluice.session.Checkpoint;
import io.sluice.session.Served;
import io.sluice.session.SessionState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Sessions that are written while their loop has other things to do.
final class CheckpointsTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");

  private final List<String> written = Collections.synchronizedList(new ArrayList<>());
  private final List<Thread> writers = Collections.synchronizedList(new ArrayList<>());
  private final WatchedStore store =
      new WatchedStore() {
        @Override
        public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
          writers.add(Thread.currentThread());
          batch.forEach(one -> written.add(one.key().session()));
          return super.checkpoint(batch);
        }
      };
  private final ManualLoop tasks = new ManualLoop();
  private final Hub hub = new Hub(List.of(tasks), new PositionTokens("key"));
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop = TestEdge.loop(hub.shards().getFirst());
  private final Connection connection = connection();

  @SuppressWarnings("NullAway") // no token is looked at
  private Connection connection() {
    EdgeContext context = TestEdge.context(null, store.sessions());
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context, loop, channel, new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
  }

  @AfterEach
  void close() {
    channel.releaseOutbound();
    loop.close();
    store.close();
  }

  private SessionHold hold(String session) {
    return SessionHold.open(connection, "ann", session).toCompletableFuture().join();
  }

  @Test
  void theLoopDoesNotWriteThemItself() {
    loop.checkpoints().add(hold("a"));
    loop.tick();
    await().untilAsserted(() -> assertThat(written).containsExactly("a"));
    assertThat(writers).doesNotContain(Thread.currentThread());
  }

  @Test
  void whatFallsDueWhileOthersAreWrittenWaitsAndIsWrittenOnce() {
    Deque<Runnable> writer = new ArrayDeque<>();
    Checkpoints checkpoints = new Checkpoints(writer::add);
    checkpoints.add(hold("a"));
    checkpoints.tick();
    SessionHold b = hold("b");
    checkpoints.add(b);
    checkpoints.tick();
    checkpoints.add(b);
    checkpoints.tick();
    assertThat(writer).hasSize(1);
    writer.remove().run();
    assertThat(written).containsExactly("a");

    checkpoints.tick();
    writer.remove().run();
    assertThat(written).containsExactly("a", "b");
  }

  /// A client with very many channels costs its loop no more.
  @Test
  void noMorePositionsAreLookedForThanCanBeWritten() {
    TestPartition log = new TestPartition(0, POLICY.binding("default"), ByteSize.mib(1), hub);
    log.publish("x", "0");
    tasks.runAll();
    for (int i = 0; i < 100; i++) {
      String key = "%1000d".formatted(i).replace(' ', '0');
      Subscription subscription =
          new Subscription(
              connection.deliveries(), new ChannelName("default", key), POLICY, Side.CLIENT);
      connection.subscriptions().add(subscription);
      hub.shards().getFirst().subscribe(subscription, log.partition());
    }
    log.publish("x", "1");
    tasks.runAll();
    List<Served> served = connection.subscriptions().served();
    assertThat(served).hasSizeBetween(10, SessionState.MAX_TEXT / 1000);
  }
}
