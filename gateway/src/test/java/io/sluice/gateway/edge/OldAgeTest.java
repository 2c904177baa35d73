package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.EdgeConfig;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/// With a given clock.
final class OldAgeTest {
  private final Overload overload = new Overload(new SimpleMeterRegistry());
  private long now;

  private OldAge of(Map<String, String> settings) {
    return new OldAge(edge(settings), overload, () -> now);
  }

  private static EdgeConfig edge(Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "sluice.kafka.bootstrap-servers", "kafka:9092",
                "sluice.api.key", "k-1",
                "sluice.tokens.anonymous", "true"));
    settings.forEach((key, value) -> all.put("sluice.edge." + key, value));
    return ConfigLoader.parse("", Map.of(), all).edge();
  }

  @Test
  void agesAreSpreadByATenthAndNobodyAgesUnlessAsked() {
    assertThat(of(Map.of()).drawMs()).isEmpty();
    OldAge old = of(Map.of("max-connection-age", "1h"));
    long[] drawn = IntStream.range(0, 1_000).mapToLong(_ -> old.drawMs().orElseThrow()).toArray();
    assertThat(LongStream.of(drawn).allMatch(ms -> ms >= 54 * 60_000 && ms <= 66 * 60_000))
        .isTrue();
    assertThat(IntStream.range(0, 1_000).filter(i -> drawn[i] < 57 * 60_000).count())
        .as("a quarter of them is in the first quarter")
        .isBetween(170L, 330L);
  }

  @Test
  void ofACohortNoMoreGoThanAQuarterOfWhatANodeAdmits() {
    OldAge old = of(Map.of("max-connection-age", "1s", "handshakes-per-second", "400"));
    int gone = 0;
    for (int tick = 0; tick <= 40; tick++) {
      for (int i = 0; i < 1_000; i++) {
        gone += old.mayGo() ? 1 : 0;
      }
      now += TimeUnit.MILLISECONDS.toNanos(TickWheel.TICK_MS);
    }
    assertThat(gone).isBetween(1_000, 1_000 + 50);
  }

  @Test
  void aPaceThatIsChangedHoldsAtOnce() {
    OldAge old = of(Map.of("max-connection-age", "1s", "handshakes-per-second", "4"));
    assertThat(old.mayGo()).isTrue();
    assertThat(old.mayGo()).isFalse();
    old.take(edge(Map.of("max-connection-age", "1s", "handshakes-per-second", "4000")));
    assertThat(IntStream.range(0, 1_000).filter(_ -> old.mayGo()).count()).isEqualTo(500);
    old.take(edge(Map.of("max-connection-age", "1s", "handshakes-per-second", "0")));
    assertThat(IntStream.range(0, 1_000).allMatch(_ -> old.mayGo())).as("no limit").isTrue();
  }

  @Test
  void nobodyIsSentAwayWhoWouldNotBeLetIn() {
    OldAge old = of(Map.of("max-connection-age", "1s", "handshakes-per-second", "0"));
    overload.set(ShedLevel.HANDSHAKES, Instant.EPOCH);
    assertThat(old.mayGo()).isFalse();
    overload.set(ShedLevel.NONE, Instant.EPOCH);
    assertThat(IntStream.range(0, 1_000).allMatch(_ -> old.mayGo())).as("no limit").isTrue();
  }
}
