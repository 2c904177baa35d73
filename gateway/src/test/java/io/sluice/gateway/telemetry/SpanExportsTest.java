package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.opentelemetry.exporter.internal.FailedExportException;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.common.export.GrpcResponse;
import io.opentelemetry.sdk.common.export.GrpcStatusCode;
import io.opentelemetry.sdk.trace.data.SpanData;
import io.opentelemetry.sdk.trace.export.SpanExporter;
import java.io.IOException;
import java.time.Duration;
import java.util.AbstractCollection;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// What becomes of spans that have ended.
final class SpanExportsTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final Taking collector = new Taking();
  private final SpanExports exports = exports(Duration.ofHours(1));
  private final Logger logger = (Logger) LoggerFactory.getLogger(Collector.class);
  private final ListAppender<ILoggingEvent> said = new ListAppender<>();

  /// Answers when the test says so.
  private static final class Taking implements SpanExporter {
    final List<CompletableResultCode> asked = new ArrayList<>();
    boolean broken;

    @Override
    public CompletableResultCode export(Collection<SpanData> spans) {
      if (broken) {
        throw new IllegalStateException("as the test wants it");
      }
      CompletableResultCode result = new CompletableResultCode();
      asked.add(result);
      return result;
    }

    @Override
    public CompletableResultCode flush() {
      return CompletableResultCode.ofSuccess();
    }

    @Override
    public CompletableResultCode shutdown() {
      return CompletableResultCode.ofSuccess();
    }
  }

  private SpanExports exports(Duration patience) {
    return new SpanExports(collector, "http://there", patience, metrics);
  }

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

  private List<String> said() {
    return said.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  /// So many spans, of which nothing counts but their number.
  private CompletableResultCode send(int count) {
    return send(exports, count);
  }

  private static CompletableResultCode send(SpanExports exports, int count) {
    for (int i = 0; i < count; i++) {
      assertThat(exports.admit()).isTrue();
    }
    return exports.export(
        new AbstractCollection<>() {
          @Override
          public Iterator<SpanData> iterator() {
            return Collections.emptyIterator();
          }

          @Override
          public int size() {
            return count;
          }
        });
  }

  @Test
  void whatTheCollectorTakesIsExported() {
    send(3);
    assertThat(exports.waiting()).isEqualTo(3);
    collector.asked.getFirst().succeed();
    assertThat(exports.waiting()).isZero();
    assertThat(count("exported")).isEqualTo(3);
    assertThat(said()).isEmpty();
  }

  @Test
  void whatItDoesNotTakeHasFailedWhichIsSaidOnceUntilItTakesSomeAgain() {
    send(2);
    send(2);
    Exception failure = new IllegalStateException(new IOException("refused"));
    collector.asked.forEach(asked -> asked.failExceptionally(failure));
    assertThat(count("failed")).isEqualTo(4);
    assertThat(exports.waiting()).isZero();
    assertThat(said())
        .containsExactly(
            "collector does not take what it is sent what=spans endpoint=http://there cause=java.io.IOException: refused");

    send(1);
    collector.asked.getLast().succeed();
    assertThat(said())
        .last()
        .isEqualTo("collector takes what it is sent again what=spans endpoint=http://there lost=4");
    assertThat(count("exported")).isEqualTo(1);
  }

  /// What a call of gRPC has ended with.
  private record Status(GrpcStatusCode code, @Nullable String description) implements GrpcResponse {
    @Override
    public GrpcStatusCode getStatusCode() {
      return code;
    }

    @Override
    public @Nullable String getStatusDescription() {
      return description;
    }

    @Override
    public byte[] getResponseMessage() {
      return new byte[0];
    }
  }

  private String causeOf(Status status) {
    send(1);
    collector
        .asked
        .getLast()
        .failExceptionally(FailedExportException.grpcFailedWithResponse(status));
    String cause = said().getLast().replaceFirst(".* cause=", "");
    send(1);
    collector.asked.getLast().succeed();
    return cause;
  }

  @Test
  void overGrpcTheStatusIsTheCause() {
    assertThat(causeOf(new Status(GrpcStatusCode.UNAVAILABLE, "too busy\nsee there")))
        .isEqualTo("UNAVAILABLE: too busy");
    assertThat(causeOf(new Status(GrpcStatusCode.UNAUTHENTICATED, null)))
        .isEqualTo("UNAUTHENTICATED");
  }

  @Test
  void whatIsBeyondTheBoundIsDroppedAndCounted() {
    CompletableResultCode all = send(SpanExports.MAX_WAITING);
    assertThat(exports.admit()).isFalse();
    assertThat(exports.admit()).isFalse();
    assertThat(count("dropped")).isEqualTo(2);
    assertThat(said()).singleElement().asString().contains("max=" + SpanExports.MAX_WAITING);

    collector.asked.getFirst().succeed();
    assertThat(all.isSuccess()).isTrue();
    assertThat(exports.admit()).isTrue();
  }

  @Test
  void anExporterThatThrowsLeavesNoSpanWaiting() {
    collector.broken = true;
    assertThatThrownBy(() -> send(5)).isInstanceOf(IllegalStateException.class);
    assertThat(exports.waiting()).isZero();
    assertThat(count("failed")).isEqualTo(5);
  }

  @Test
  void whatIsNeverAnsweredHasFailedWhenItsTimeIsOverAndCountsOnce() {
    SpanExports hasty = exports(Duration.ofMillis(50));
    send(hasty, 5);
    await().until(() -> !said.list.isEmpty());
    assertThat(said())
        .containsExactly(
            "collector does not take what it is sent what=spans endpoint=http://there cause=no answer in time");
    assertThat(hasty.waiting()).isZero();

    collector.asked.getFirst().succeed();
    assertThat(hasty.waiting()).isZero();
    assertThat(count("failed")).isEqualTo(5);
    assertThat(count("exported")).isZero();
  }
}
