package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LivenessTest {
  private record Beat(String node, long time) {}

  private final Liveness liveness = new Liveness();

  @Test
  void nodeIsDeadAtTheFourthHeartbeatOfAnotherAfterItsLast() {
    beat("a", 0);
    beat("b", 1_000);
    beat("b", 3_000);
    beat("b", 5_000);
    assertThat(live()).containsExactlyInAnyOrder("a", "b");
    beat("b", 7_000);
    assertThat(live()).containsExactly("b");
  }

  @Test
  void heartbeatsOfDifferentNodesDoNotAddUp() {
    beat("a", 0);
    for (int round = 0; round < 3; round++) {
      for (String other : List.of("b", "c", "d")) {
        beat(other, 2_000L * (round + 1));
      }
    }
    assertThat(live()).containsExactlyInAnyOrder("a", "b", "c", "d");
  }

  @Test
  void nodeThatBeatsAmongTheOthersLives() {
    for (int i = 0; i < 100; i++) {
      beat("a", 2_000L * i);
      beat("b", 2_000L * i + 3);
    }
    assertThat(live()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void nodeThatIsAloneLivesHoweverLongItIsSilent() {
    beat("a", 0);
    beat("a", 3_600_000);
    assertThat(live()).containsExactly("a");
  }

  /// Held-back heartbeats of an outage reach the log in one burst: they count as one.
  @Test
  void burstOfHeldBackHeartbeatsKillsNobody() {
    beat("a", 0);
    beat("b", 0);
    for (int i = 0; i < 30; i++) {
      beat("b", 600_000 + i);
    }
    assertThat(live()).containsExactlyInAnyOrder("a", "b");
  }

  /// After the outage `a` needs three heartbeats of `b` longer to come back; the hours without
  /// heartbeats are nobody's death.
  @Test
  void endOfAKafkaOutageKillsNobody() {
    beat("a", 0);
    beat("b", 1_000);
    beat("b", 3_600_000);
    beat("b", 3_602_000);
    beat("b", 3_604_000);
    beat("a", 3_605_000);
    beat("b", 3_606_000);
    beat("b", 3_608_000);
    assertThat(live()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void heartbeatsLessThanASecondApartDoNotCount() {
    beat("a", 0);
    beat("b", 999);
    beat("b", 1_000);
    beat("b", 1_999);
    beat("b", 2_000);
    beat("b", 3_000);
    assertThat(live()).contains("a");
    beat("b", 3_999);
    assertThat(live()).contains("a");
    beat("b", 4_000);
    assertThat(live()).containsExactly("b");
  }

  @Test
  void clockOfTheBrokersThatJumpsBackKillsNobody() {
    beat("a", 1_000_000);
    for (int i = 0; i < 50; i++) {
      beat("b", 10_000 + 2_000L * i);
    }
    assertThat(live()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void clockOfTheBrokersThatJumpsAheadCountsAsOneHeartbeat() {
    beat("a", 0);
    beat("b", 1);
    beat("b", 10_000_000);
    beat("b", 10_002_000);
    beat("b", 10_004_000);
    assertThat(live()).contains("a");
    beat("b", 10_006_000);
    assertThat(live()).containsExactly("b");
  }

  @Test
  void deadNodeThatBeatsAgainLivesAgain() {
    beat("a", 0);
    for (int i = 1; i <= 4; i++) {
      beat("b", 2_000L * i);
    }
    assertThat(live()).containsExactly("b");
    assertThat(beat("a", 9_000)).isTrue();
    assertThat(live()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void oneHeartbeatMayEndSeveralNodes() {
    beat("a", 0);
    beat("b", 0);
    beat("c", 0);
    for (int i = 1; i <= 4; i++) {
      beat("d", 2_000L * i);
    }
    assertThat(live()).containsExactly("d");
  }

  @Test
  void nodeThatLeavesIsGoneAtOnce() {
    beat("a", 0);
    beat("b", 0);
    assertThat(liveness.left("a")).isTrue();
    assertThat(live()).containsExactly("b");
    assertThat(liveness.left("a")).isFalse();
  }

  @Test
  void changeIsToldOnlyWhenThereIsOne() {
    assertThat(beat("a", 0)).isTrue();
    assertThat(beat("a", 2_000)).isFalse();
    NodeInfo moved = new NodeInfo("a", Instant.EPOCH, "ws://b", "http://b", "2");
    assertThat(liveness.heartbeat(moved, 4_000)).isTrue();
    assertThat(liveness.live()).containsExactly(moved);
  }

  @Test
  void noMoreThanAThousandNodesAreRemembered() {
    for (int i = 0; i < 1_100; i++) {
      beat("n" + i, 0);
    }
    assertThat(live()).hasSize(1_000).contains("n999").doesNotContain("n1000");
  }

  /// Every log of up to eight heartbeats of two nodes, with gaps just below and at the second.
  @Test
  void everyShortLogIsJudgedAsTheRuleSays() {
    for (int length = 1; length <= 8; length++) {
      for (int code = 0; code < 1 << (2 * length); code++) {
        List<Beat> log = new ArrayList<>();
        long time = 0;
        for (int i = 0; i < length; i++) {
          int step = code >> (2 * i);
          time += (step & 1) == 0 ? 999 : 1_000;
          log.add(new Beat((step & 2) == 0 ? "a" : "b", time));
        }
        if (!judged(log).equals(byTheRule(log))) {
          assertThat(judged(log)).as("%s", log).isEqualTo(byTheRule(log));
        }
      }
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  void randomLogsOfFourNodesAreJudgedAsTheRuleSays(long seed) {
    Random random = new Random(seed);
    int[] gaps = {0, 300, 999, 1_000, 2_000};
    for (int run = 0; run < 3_000; run++) {
      List<Beat> log = new ArrayList<>();
      long time = 0;
      for (int i = 0; i < 15; i++) {
        time += gaps[random.nextInt(gaps.length)];
        log.add(new Beat("abcd".substring(random.nextInt(4)).substring(0, 1), time));
      }
      assertThat(judged(log)).as("%s", log).isEqualTo(byTheRule(log));
    }
  }

  private boolean beat(String node, long time) {
    return liveness.heartbeat(info(node), time);
  }

  private Set<String> live() {
    return ids(liveness);
  }

  private static Set<String> judged(List<Beat> log) {
    Liveness fresh = new Liveness();
    log.forEach(beat -> fresh.heartbeat(info(beat.node()), beat.time()));
    return ids(fresh);
  }

  /// The rule as design and documentation say it, looking at the whole log at once.
  private static Set<String> byTheRule(List<Beat> log) {
    Set<String> live = new HashSet<>();
    Set<String> all = log.stream().map(Beat::node).collect(Collectors.toSet());
    for (String node : all) {
      int last = 0;
      for (int i = 0; i < log.size(); i++) {
        last = log.get(i).node().equals(node) ? i : last;
      }
      boolean dead = false;
      for (String other : all) {
        dead |= !other.equals(node) && following(log, last, other) >= 4;
      }
      if (!dead) {
        live.add(node);
      }
    }
    return live;
  }

  private static int following(List<Beat> log, int last, String other) {
    long before = log.get(last).time();
    int count = 0;
    for (Beat beat : log.subList(last + 1, log.size())) {
      if (beat.node().equals(other) && beat.time() - before >= 1_000) {
        count++;
        before = beat.time();
      }
    }
    return count;
  }

  private static Set<String> ids(Liveness liveness) {
    return liveness.live().stream().map(NodeInfo::id).collect(Collectors.toSet());
  }

  private static NodeInfo info(String id) {
    return new NodeInfo(id, Instant.EPOCH, "ws://" + id, "http://" + id, "1");
  }
}
