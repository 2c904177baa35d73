package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// Times are in seconds; the broker's clock is an hour ahead of the node's.
class CommandGateTest {
  private static final long AHEAD = 3_600;

  private final CommandGate gate = new CommandGate(Duration.ofSeconds(10));

  @BeforeEach
  void join() {
    gate.joined(100, nanos(0));
  }

  @Test
  void eachIsExecutedOnce() {
    heartbeat(1, 1);
    Uuid id = Uuid.randomUuid();
    assertThat(admits(100, 1, id, 1)).isTrue();
    assertThat(admits(101, 2, id, 2)).isFalse();
    assertThat(admits(102, 2, Uuid.randomUuid(), 2)).isTrue();
  }

  @Test
  void nothingIsExecutedFromBeforeTheNodeJoined() {
    heartbeat(1, 1);
    assertThat(admits(99, 1, Uuid.randomUuid(), 1)).isFalse();
    assertThat(new CommandGate(Duration.ofSeconds(10)).admits(0, 0, Uuid.randomUuid(), 0))
        .as("not even joined")
        .isFalse();
  }

  @Test
  void whatIsOlderThanTenSecondsByTheBrokersClockIsNotExecuted() {
    heartbeat(1, 1);
    assertThat(admits(100, 20, Uuid.randomUuid(), 30)).isTrue();
    assertThat(admits(101, 19, Uuid.randomUuid(), 30)).isFalse();
  }

  /// The heartbeats that are read then are as old as the commands.
  @Test
  void afterAnOutageTheHeartbeatsOfItsBeginningDeceiveNobody() {
    heartbeat(1, 1);
    heartbeat(3, 3);
    // from 4 to 64 nothing is read; the log has gone on
    heartbeat(5, 64);
    assertThat(admits(100, 6, Uuid.randomUuid(), 64)).isFalse();
    assertThat(admits(101, 53, Uuid.randomUuid(), 64)).isFalse();
    assertThat(admits(102, 63, Uuid.randomUuid(), 64)).isTrue();
  }

  @Test
  void aBrokersClockThatWasPutBackIsBelievedInTheEnd() {
    heartbeat(1, 1);
    for (int i = 0; i < 8; i++) {
      heartbeat(i - 1_000, i + 2);
    }
    assertThat(admits(100, -990, Uuid.randomUuid(), 10)).isTrue();
  }

  /// Nobody knows how old it is, but it came after the node.
  @Test
  void beforeTheFirstHeartbeatTheTimeSinceJoiningCounts() {
    assertThat(admits(100, 12_345, Uuid.randomUuid(), 10)).isTrue();
    assertThat(admits(101, 12_345, Uuid.randomUuid(), 11)).isFalse();
  }

  @Test
  void whenTheLogIsAnotherItIsJoinedAnew() {
    heartbeat(1, 1);
    gate.joined(7, nanos(2));
    assertThat(admits(6, 2, Uuid.randomUuid(), 2)).isFalse();
    assertThat(admits(7, 2, Uuid.randomUuid(), 2)).isTrue();
  }

  @Test
  void idsAreForgottenBeyondTheLimitAndWhenTheirCommandsAreStale() {
    heartbeat(1, 1);
    Uuid first = Uuid.randomUuid();
    assertThat(admits(100, 1, first, 1)).isTrue();
    for (int i = 1; i < CommandGate.MAX_IDS; i++) {
      assertThat(admits(100 + i, 1, Uuid.randomUuid(), 1)).isTrue();
    }
    assertThat(admits(200_000, 1, first, 1)).isFalse();
    assertThat(gate.remembered()).isEqualTo(CommandGate.MAX_IDS);
    assertThat(admits(200_001, 1, Uuid.randomUuid(), 1)).isTrue();
    assertThat(gate.remembered()).isEqualTo(CommandGate.MAX_IDS);
    assertThat(admits(200_002, 1, first, 1)).as("it was the oldest").isTrue();
    assertThat(admits(200_003, 22, Uuid.randomUuid(), 22)).isTrue();
    assertThat(gate.remembered()).isOne();
  }

  private void heartbeat(long appended, long now) {
    gate.ownHeartbeat(millis(appended), nanos(now));
  }

  private boolean admits(long offset, long appended, Uuid id, long now) {
    return gate.admits(offset, millis(appended), id, nanos(now));
  }

  private static long millis(long brokersSeconds) {
    return (AHEAD + brokersSeconds) * 1_000;
  }

  private static long nanos(long seconds) {
    return seconds * 1_000_000_000;
  }
}
