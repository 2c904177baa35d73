package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("full")
final class SessionsInRedisTest {
  private static final int SESSIONS = 3_000;

  @Test
  void memoryAndCommandsOfSessionsAreTold() throws Exception {
    AloneInTheLab lab = new AloneInTheLab(new SessionsInRedis(SESSIONS, List.of(2)));

    assertThat(lab.findings().faults()).isEmpty();
    assertThat(lab.found(Figures.SESSION_BYTES))
        .as("the hash, its two entries in indices, and the user's index itself")
        .isBetween(500.0, 2_500.0);
    assertThat(lab.found(Figures.CHECKPOINT_COMMANDS))
        .as("one a session, one a batch, and sometimes one for the user")
        .isBetween(SESSIONS / 30.0, SESSIONS * 1.5 / 30);
    assertThat(lab.found(Figures.REDIS_CORE)).isPositive();
    assertThat(lab.found(Figures.CHECKPOINTS)).isPositive();
  }
}
