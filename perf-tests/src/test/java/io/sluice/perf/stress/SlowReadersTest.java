package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.perf.swarm.Report;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class SlowReadersTest {
  private static Report report(int live) {
    return new Report(
        80,
        live,
        0,
        0,
        0,
        "",
        "",
        "",
        Map.of("error 106", 7L),
        Map.of(),
        Map.of("{\"code\":106}", 7L),
        0,
        List.of(),
        List.of(),
        0,
        0);
  }

  @Test
  void aRunDoesNotBeginBeforeAllOfThemAreSubscribed() {
    assertThatThrownBy(() -> SlowReaders.demandLive(report(79), 80))
        .hasMessageStartingWith("79 of 80 clients that read slowly are subscribed")
        .hasMessageContaining("error 106=7");
    assertThatCode(() -> SlowReaders.demandLive(report(80), 80)).doesNotThrowAnyException();
  }
}
