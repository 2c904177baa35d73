package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.sluice.gateway.config.MetricsConfig;
import io.sluice.gateway.config.OtlpProtocol;
import io.sluice.gateway.config.TracingConfig;
import io.sluice.gateway.telemetry.MetricSending;
import io.sluice.gateway.telemetry.Tracing;
import java.io.File;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/// What sending spans and metrics loads.
final class GrpcClassesTest {
  /// Sends some of both; made in a class loader of its own.
  static final class Sending implements BiConsumer<String, String> {
    /// For reflection.
    public Sending() {}

    /// @param name a protocol's
    @Override
    public void accept(String name, String endpoint) {
      OtlpProtocol protocol = OtlpProtocol.valueOf(name);
      Tracing tracing =
          Tracing.open(
              new TracingConfig(endpoint, protocol, 1, 100), "n-1", "1", new SimpleMeterRegistry());
      SomeSpan.end(tracing);
      tracing.close();
      MetricSending.start(
              new MetricsConfig(endpoint, protocol, Duration.ofHours(1)),
              "n-1",
              "1",
              Instant.now(),
              new PrometheusRegistry())
          .orElseThrow()
          .close();
    }
  }

  /// Has all but the JDK's classes anew, and knows which were asked for.
  private static final class Loading extends URLClassLoader {
    private final Set<String> loaded = ConcurrentHashMap.newKeySet();

    Loading() throws MalformedURLException {
      super(path(), ClassLoader.getPlatformClassLoader());
    }

    private static URL[] path() throws MalformedURLException {
      List<URL> path = new ArrayList<>();
      for (String part : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
        path.add(new File(part).toURI().toURL());
      }
      return path.toArray(URL[]::new);
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      Class<?> found = super.findClass(name);
      loaded.add(name);
      return found;
    }

    @SuppressWarnings("unchecked") // as Sending says
    BiConsumer<String, String> sending() throws ReflectiveOperationException {
      var constructor = loadClass(Sending.class.getName()).getDeclaredConstructor();
      constructor.setAccessible(true);
      return (BiConsumer<String, String>) constructor.newInstance();
    }

    List<String> ofOkHttp() {
      return loaded.stream().filter(name -> name.matches("(okhttp3|okio|kotlin)\\..*")).toList();
    }
  }

  @ParameterizedTest
  @EnumSource(OtlpProtocol.class)
  void nothingOfGrpcIsLoadedUnlessItIsChosen(OtlpProtocol protocol) throws Exception {
    try (OtlpReceiver collector = new OtlpReceiver(protocol);
        Loading loading = new Loading()) {
      loading.sending().accept(protocol.name(), collector.endpoint());
      var _ =
          collector.first(_ -> true); // what sends it is closed, and need not have waited for it
      assertThat(collector.all()).hasSize(1);
      switch (protocol) {
        case HTTP_PROTOBUF -> assertThat(loading.ofOkHttp()).isEmpty();
        case GRPC -> assertThat(loading.ofOkHttp()).contains("okhttp3.OkHttpClient");
      }
    }
  }
}
