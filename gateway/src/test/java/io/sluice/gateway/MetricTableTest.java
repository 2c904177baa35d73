package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// `deploy/docs/metrics.md` says of every metric what the code says.
final class MetricTableTest {
  private static final Path PAGE =
      Path.of(System.getProperty("sluice.root"), "deploy/docs/metrics.md");

  /// What the command below sets.
  private static final String WRITE = "metrics.write";

  private static final String COMMAND =
      "mvn -q -pl gateway -am test -Dtest=MetricTableTest -Dsurefire.failIfNoSpecifiedTests=false -Dmetrics.write=true";

  /// Where the tables begin.
  private static final String MARK = "<!-- from here on written by: " + COMMAND + " -->\n";

  private static Gateway node;
  private static String scraped;

  /// With everything that brings metrics.
  @BeforeAll
  static void start() throws Exception {
    node =
        TestStack.node(
            "metrics",
            Map.of(
                "namespaces.default.presence",
                "true",
                "namespaces.state.topic",
                "metrics.state",
                "namespaces.state.mode",
                "state",
                "tracing.endpoint",
                "http://127.0.0.1:1",
                "tracing.sample",
                "0"));
    scraped = new EdgeProbe(node.apiPort()).get("/metrics");
  }

  @AfterAll
  static void stop() {
    node.close();
  }

  @Test
  void everyMetricOfOursSaysWhatItMeans() {
    assertThat(MetricTable.of(scraped).families())
        .hasSizeGreaterThan(80)
        .allSatisfy(family -> assertThat(family.help()).as(family.name()).isNotBlank());
  }

  @Test
  void theDocumentHasEveryMetricAsItIs() throws Exception {
    String tables = MetricTable.of(scraped).render();
    String page = Files.readString(PAGE);
    int mark = page.indexOf(MARK);
    assertThat(mark).as("the line %s in %s", MARK, PAGE).isPositive();
    if (Boolean.getBoolean(WRITE)) {
      Files.writeString(PAGE, page.substring(0, mark + MARK.length()) + tables);
    } else {
      assertThat(page.substring(mark + MARK.length()))
          .as("%s is not what the code says any more; write it anew by:%n  %s", PAGE, COMMAND)
          .isEqualTo(tables);
    }
  }

  /// Any position is good in a namespace with `mode: state`.
  @Test
  void whereNothingCanBeMissedThereIsNoHorizon() {
    String metric = "\nsluice_recoverable_horizon_seconds{namespace=";
    assertThat(scraped).contains(metric + "\"default\"").doesNotContain(metric + "\"state\"");
    assertThat(scraped).contains("\nsluice_window_bytes{namespace=\"state\"");
  }

  /// A name that several modules use means one thing.
  @Test
  void breakersOfKafkaAndOfRedisAreOneMetric() {
    assertThat(scraped.lines().filter(line -> line.startsWith("# HELP sluice_breaker_state ")))
        .hasSize(1);
    assertThat(scraped)
        .contains("sluice_breaker_state{breaker=\"redis\"")
        .contains("sluice_breaker_state{breaker=\"kafka:metrics.text\"");
  }
}
