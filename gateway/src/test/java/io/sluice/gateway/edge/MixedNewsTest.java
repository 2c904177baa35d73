package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.sluice.gateway.hub.DeliveryAges;
import io.sluice.gateway.hub.Hub;
import io.sluice.gateway.hub.LoopAges;
import io.sluice.gateway.hub.ManualLoop;
import io.sluice.gateway.hub.TestAges;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// One write with publications of several namespaces: each namespace is told of its own.
final class MixedNewsTest {
  private final Hub hub = new Hub(List.of(new ManualLoop()), new PositionTokens("key"));
  private final LoopContext loop = TestEdge.loop(hub.shards().getFirst());
  private final EmbeddedChannel channel = new EmbeddedChannel();
  private final Connection connection = TestEdge.connection(loop, channel);

  @AfterEach
  void giveBack() {
    loop.frames().close();
  }

  private static long all(DeliveryAges ages) {
    return Arrays.stream(ages.counts()).sum();
  }

  private void given(DeliveryAges namespace, long ageMs) {
    LoopAges counting = TestAges.of(namespace);
    connection.deliveries().news(System.currentTimeMillis() - ageMs, counting);
  }

  @Test
  void eachCountsForItsNamespaceWithTheAgeOfTheOldestThere() {
    DeliveryAges old = hub.ages("old");
    DeliveryAges young = hub.ages("young");
    DeliveryAges third = hub.ages("third");
    given(young, 0);
    given(old, 100_000);
    given(third, 0);
    given(young, 0);
    given(old, 200_000);
    connection.flush();
    assertThat(List.of(all(old), all(young), all(third))).containsExactly(2L, 2L, 1L);
    assertThat(old.sum()).isBetween(400.0, 460.0);
    assertThat(young.sum() + third.sum()).isLessThan(60);
    connection.flush();
    assertThat(all(old)).as("once only").isEqualTo(2);
    given(third, 0);
    connection.flush();
    assertThat(List.of(all(old), all(young), all(third))).containsExactly(2L, 2L, 2L);
  }
}
