package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.opentelemetry.api.trace.SpanContext;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What is traced.
final class SamplingTest {
  private static final String ID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger skipped = new AtomicInteger();

  private Sampling sampling(double sample, int most, double lot) {
    return new Sampling(
        new TracingConfig("http://collector:4318", OtlpProtocol.HTTP_PROTOBUF, sample, most),
        skipped::incrementAndGet,
        nanos::get,
        () -> lot);
  }

  private static SpanContext caller(String flags) {
    return TraceParent.parse(ID + flags).orElseThrow();
  }

  @Test
  void aCallerDecidesForWhatFollows() {
    Sampling none = sampling(0, 100, 0.5);
    assertThat(none.follows(caller("01"))).isTrue();
    assertThat(sampling(1, 100, 0.5).follows(caller("00"))).isFalse();
    assertThat(skipped).hasValue(0);
  }

  @Test
  void ofWhatBeginsHereAShareIsTaken() {
    assertThat(sampling(0.25, 100, 0.2).begins()).isTrue();
    assertThat(sampling(0.25, 100, 0.25).begins()).isFalse();
    assertThat(sampling(0, 100, 0).begins()).isFalse();
    assertThat(sampling(1, 100, 0.999).begins()).isTrue();
  }

  @Test
  void beyondTheBoundOfASecondNothingIsTakenAndItIsCounted() {
    Sampling sampling = sampling(1, 2, 0);
    assertThat(sampling.follows(caller("01"))).isTrue();
    assertThat(sampling.begins()).isTrue();
    assertThat(sampling.begins()).isFalse();
    assertThat(sampling.follows(caller("01"))).isFalse();
    assertThat(skipped).hasValue(2);

    nanos.addAndGet(Duration.ofSeconds(1).toNanos());
    assertThat(sampling.begins()).isTrue();
    assertThat(skipped).hasValue(2);
  }

  @Test
  void theBoundHoldsForManyThreads() throws Exception {
    Sampling sampling = sampling(1, 1_000, 0);
    AtomicInteger taken = new AtomicInteger();
    try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
      for (int i = 0; i < 4; i++) {
        threads.execute(() -> {
          for (int n = 0; n < 1_000; n++) {
            if (sampling.begins()) {
              taken.incrementAndGet();
            }
          }
        });
      }
    }
    assertThat(taken).hasValue(1_000);
    assertThat(skipped).hasValue(3_000);
  }
}
