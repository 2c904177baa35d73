package io.sluice.perf.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Row;
import io.sluice.perf.swarm.Swarm;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class NchanTest {
  private static final Path MODULE = Path.of("/somewhere/ngx_nchan_module.so");

  @Test
  void itListensOnLoopbackWithAWorkerForEachProcessorAndWritesNoLogOfRequests() {
    assertThat(Nchan.configuration(MODULE, 4711).lines().map(String::strip))
        .contains(
            "load_module /somewhere/ngx_nchan_module.so;",
            "daemon off;",
            "worker_processes auto;",
            "worker_connections 20000;",
            "access_log off;",
            "listen 127.0.0.1:4711 backlog=4096;",
            "return 200 \"$nchan_version in nginx $nginx_version\";");
  }

  @Test
  void whatItIsToldIsToldToReadersWithoutWhereItIs() {
    try (Nchan nchan = new Nchan(new Nchan.Installation(Path.of("/x/nginx"), MODULE))) {
      assertThat(nchan.flags())
          .contains("worker_processes auto;", "nchan_message_buffer_length 200;")
          .noneMatch(it -> it.contains("somewhere"));
      assertThat(nchan.versions()).isEmpty();
      assertThat(nchan.growingHeap()).as("flags of a JVM").isEmpty();
    }
  }

  @Test
  @Tag("full")
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void theRealOneIsMeasuredAndCellsSayWhatItCannot() throws Exception {
    Optional<Nchan.Installation> found = Nchan.Installation.find();
    assumeThat(found).as("nginx with nchan").isPresent();
    Findings findings = new Findings();
    try (Nchan nchan = new Nchan(found.orElseThrow());
        Swarm swarm = new Swarm(List.of("-Xmx64m", "-XX:+UseSerialGC"))) {
      Lab lab =
          new Lab(
              new Roster(List.of(nchan), _ -> nchan),
              null,
              swarm,
              swarm,
              findings,
              Effort.quick(1),
              new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8));
      for (Scenario scenario :
          List.of(
              FanOut.unicast(50),
              FanOut.protobuf(50),
              new ReconnectStorm(500, 100), // each misses less than is kept
              new SubscribeChurn(50, 10))) {
        assertThat(scenario.contenders(lab)).containsExactly(nchan);
        scenario.round(lab, nchan);
      }
      assertThat(nchan.versions().get("nchan")).contains(" in nginx ");
    }

    assertThat(findings.faults()).isEmpty();
    assertThat(row(findings, FanOut.UNICAST, Figures.CPU).median()).isPositive();
    assertThat(row(findings, FanOut.PACED, Figures.CPU).note())
        .isEqualTo("cannot: sends payloads as they are");
    assertThat(row(findings, "reconnect storm", Figures.RECOVERED).median()).isEqualTo(100);
    assertThat(row(findings, "subscribe churn", Figures.SUBSCRIBES).note())
        .isEqualTo("cannot: a connection is a subscription");
  }

  private static Row row(Findings findings, String scenario, Metric metric) {
    return findings.rows().stream()
        .filter(it -> it.scenario().equals(scenario) && it.metric().equals(metric))
        .findFirst()
        .orElseThrow();
  }
}
