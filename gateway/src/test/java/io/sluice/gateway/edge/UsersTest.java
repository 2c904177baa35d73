package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.WireForm;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class UsersTest {
  private final Users users = new Users();
  private final LoopContext loop =
      TestEdge.loop(
          new Hub(List.of(new ManualLoop()), new PositionTokens("key")).shards().getFirst());

  @AfterEach
  void close() {
    loop.close();
  }

  private Connection connection() {
    EdgeContext context = TestEdge.context();
    EmbeddedChannel channel = new EmbeddedChannel();
    var _ = Peer.accept(channel, context.admission());
    return new Connection(
        context, loop, channel, new WebSocketTransport(loop, channel, WireForm.JSON, 64 * 1024));
  }

  @Test
  void aUserHasTheConnectionsThatCameAndHaveNotGone() {
    Connection one = connection();
    Connection two = connection();
    Connection three = connection();
    Connection other = connection();
    users.add("ann", one);
    users.add("ann", two);
    users.add("bob", other);
    users.add("ann", three);
    assertThat(users.of("ann")).containsExactlyInAnyOrder(one, two, three);
    assertThat(users.of("bob")).containsExactly(other);
    assertThat(users.of("eve")).isEmpty();

    users.remove("ann", other);
    users.remove("eve", other);
    users.remove("ann", two);
    assertThat(users.of("ann")).containsExactlyInAnyOrder(one, three);
    users.remove("ann", one);
    users.remove("ann", one);
    assertThat(users.of("ann")).containsExactly(three);
    users.remove("ann", three);
    assertThat(users.of("ann")).isEmpty();
    users.add("ann", one);
    assertThat(users.of("ann")).containsExactly(one);
  }

  @Test
  void loopsThatEnterAndRemoveAtOnceLoseNobody() throws Exception {
    List<Connection> all = IntStream.range(0, 8).mapToObj(_ -> connection()).toList();
    CountDownLatch start = new CountDownLatch(1);
    List<Thread> threads =
        all.stream()
            .map(each ->
                Thread.ofPlatform()
                    .start(() -> {
                      try {
                        start.await();
                      } catch (InterruptedException e) {
                        throw new AssertionError(e);
                      }
                      for (int i = 0; i < 2_000; i++) {
                        users.add("ann", each);
                        if (!users.of("ann").contains(each)) {
                          throw new AssertionError("lost");
                        }
                        users.remove("ann", each);
                      }
                      users.add("ann", each);
                    }))
            .toList();
    start.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(users.of("ann")).containsExactlyInAnyOrderElementsOf(all);
  }
}
