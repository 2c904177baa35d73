package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.NodeInfo;
import io.sluice.session.SessionStore;
import java.lang.reflect.Proxy;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SweeperTest {
  private static final Instant NOTICED = Instant.parse("2026-01-01T12:00:00Z");

  private final Deque<CompletableFuture<Integer>> asked = new ArrayDeque<>();
  private final Deque<Runnable> later = new ArrayDeque<>();
  private final Sweeper sweeper = new Sweeper(List::of, store(), later::add);

  @Test
  void whatAnotherProcessWithTheDeadNodesIdHoldsIsLetBe() {
    Instant early = NOTICED.minusSeconds(4);
    NodeInfo other = info("n1", NOTICED.minusSeconds(900));
    assertThat(Sweeper.before("n2", NOTICED, List.of(other))).isEqualTo(NOTICED);
    assertThat(Sweeper.before("n2", NOTICED, List.of(other, info("n2", early)))).isEqualTo(early);
    assertThat(Sweeper.before("n2", NOTICED, List.of(other, info("n2", NOTICED.plusSeconds(9)))))
        .isEqualTo(NOTICED);
  }

  @Test
  void whatRedisDidNotDoIsTriedAgain() {
    sweeper.died(info("n1", NOTICED), NOTICED);
    fail();
    later.remove().run();
    fail();
    later.remove().run();
    asked.remove().complete(3);
    assertThat(later).isEmpty();
  }

  @Test
  void itIsTriedSoOftenOnly() {
    sweeper.died(info("n1", NOTICED), NOTICED);
    for (int i = 1; i < Sweeper.TRIES; i++) {
      fail();
      later.remove().run();
    }
    fail();
    assertThat(later).isEmpty();
  }

  private void fail() {
    asked.remove().completeExceptionally(new IllegalStateException("Redis is away"));
  }

  /// A store that can be swept and nothing else.
  private SessionStore store() {
    return (SessionStore)
        Proxy.newProxyInstance(
            SessionStore.class.getClassLoader(),
            new Class<?>[] {SessionStore.class},
            (_, method, _) -> {
              assertThat(method.getName()).isEqualTo("sweep");
              CompletableFuture<Integer> answer = new CompletableFuture<>();
              asked.add(answer);
              return answer;
            });
  }

  private static NodeInfo info(String id, Instant started) {
    return new NodeInfo(id, started, "ws://" + id, "http://" + id, "0.1.0");
  }
}
