package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.FreePorts;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.telemetry.Tracing;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.LoggerFactory;

/// A collector that is away for a while.
@Tag("full")
final class CollectorAwayTest {
  /// Batches; each may take the three seconds that it has.
  private static final int LOST = 3;

  private static final Duration PATIENCE = Duration.ofSeconds(15);

  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Logger logger =
      (Logger) LoggerFactory.getLogger("io.sluice.gateway.telemetry.Collector");
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  @BeforeEach
  void listen() {
    said.start();
    logger.addAppender(said);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(said);
  }

  private double count(String outcome) {
    return metrics.get("sluice.traces.spans").tag("outcome", outcome).counter().count();
  }

  @ParameterizedTest
  @EnumSource(OtlpProtocol.class)
  void itIsSaidOnceAndWhatEndsAfterItsReturnReachesIt(OtlpProtocol protocol) throws Exception {
    int port = FreePorts.next(); // where nobody listens now
    String endpoint = "http://127.0.0.1:" + port;
    try (Tracing tracing =
        Tracing.open(new TracingConfig(endpoint, protocol, 1, 100), "n-1", "1", metrics)) {
      for (int lost = 1; lost <= LOST; lost++) {
        SomeSpan.end(tracing);
        int all = lost;
        await().atMost(PATIENCE).until(() -> count("failed") == all);
      }
      try (OtlpReceiver collector = new OtlpReceiver(protocol, port)) {
        SomeSpan.end(tracing);
        await().atMost(PATIENCE).until(() -> count("exported") + count("failed") > LOST);
        assertThat(collector.all()).hasSize(1);
      }
    }
    assertThat(count("failed")).isEqualTo(LOST);
    List<String> lines = said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    assertThat(lines).hasSize(2);
    assertThat(lines.getFirst())
        .startsWith("collector does not take what it is sent what=spans endpoint=" + endpoint)
        .doesNotContain("an error status", "no answer in time");
    assertThat(lines.getLast())
        .startsWith("collector takes what it is sent again what=spans")
        .endsWith("lost=" + LOST);
  }
}
