package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.TestPartition;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.hub.Bookmark;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.HubShard;
import io.sluice.gateway.hub.LoopAges;
import io.sluice.gateway.hub.Lost;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.hub.Subscriber;
import io.sluice.gateway.hub.Subscription;
import io.sluice.gateway.hub.Subscription.Side;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A connection that is told to go in the middle of a turn of the hub: its outbox refuses what
/// follows, and the loop reads on past it.
final class EndingConnectionTest {
  private static final NamespaceConfig POLICY = NamespaceConfig.of("t");

  private final ManualLoop tasks = new ManualLoop();
  private final Hub hub = new Hub(List.of(tasks), new PositionTokens("key"));
  private final HubShard shard = hub.shards().getFirst();
  private final TestPartition one =
      new TestPartition(0, POLICY.binding("default"), ByteSize.mib(1), hub);
  private final TestPartition two =
      new TestPartition(1, POLICY.binding("default"), ByteSize.mib(1), hub);
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final LoopContext loop = TestEdge.loop(shard);
  private final Connection connection = TestEdge.connection(loop, channel);

  @AfterEach
  void giveBack() {
    loop.frames().close();
  }

  /// Somebody else's subscription, at whose turn the connection is told to go.
  private final class Ending implements Subscriber {
    @Override
    public WireForm form() {
      return WireForm.JSON;
    }

    @Override
    public Offered offer(byte[] push) {
      connection.endSoon(Disconnect.INSUFFICIENT_STATE);
      return Offered.TAKEN;
    }

    @Override
    public void news(long time, LoopAges ages) {
      // nobody writes it
    }

    @Override
    public void flush() {
      // it keeps nothing
    }

    @Override
    public boolean backlogged() {
      return false;
    }

    @Override
    public void whenRoom(Runnable then) {
      throw new AssertionError("it has room");
    }

    @Override
    public void insufficientState(Subscription subscription, Lost why) {
      throw new AssertionError("nothing is lost here");
    }

    @Override
    public void broken(Throwable cause) {
      throw new AssertionError(cause);
    }

    @Override
    public int lanes() {
      return 0;
    }

    @Override
    public void lanes(int stands) {
      // it is flushed once
    }
  }

  private Subscription subscribe(Subscriber subscriber, TestPartition log, String key) {
    var made = new Subscription(subscriber, new ChannelName("default", key), POLICY, Side.SERVER);
    shard.subscribe(made, log.partition());
    return made;
  }

  private String written() {
    channel.runPendingTasks();
    StringBuilder all = new StringBuilder();
    for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
      all.append(out.toString(StandardCharsets.UTF_8));
      out.release();
    }
    return all.toString();
  }

  private void marked() {
    Bookmark bookmark =
        shard
            .bookmarks()
            .of(
                List.of(
                    subscribe(connection.deliveries(), one, "a"),
                    subscribe(connection.deliveries(), two, "b")),
                true);
    connection.mark(bookmark, bookmark.token());
  }

  @Test
  void itIsToldWhereItStandsAsLongAsItStays() {
    marked();
    one.publish("a", "1");
    tasks.runAll();
    assertThat(written()).contains("\"data\":1").contains("\"since\":");
  }

  @Test
  void itIsNotToldOfAPositionBeyondWhatItWasGiven() {
    marked();
    subscribe(new Ending(), one, "end");
    one.append("a", "1");
    one.append("end", "0");
    one.append("a", "2"); // refused
    one.tell(0);
    tasks.runAll();
    assertThat(written())
        .contains("\"data\":1")
        .doesNotContain("\"data\":2")
        .doesNotContain("since");
  }

  @Test
  void aPingBeforeTheEndDoesNotTellItEither() {
    marked();
    connection.endSoon(Disconnect.INSUFFICIENT_STATE);
    one.publish("a", "1"); // refused
    tasks.runAll();
    connection.ping();
    assertThat(written()).doesNotContain("since");
  }
}
