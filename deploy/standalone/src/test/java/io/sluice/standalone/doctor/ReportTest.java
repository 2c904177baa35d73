package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.api.Test;

/// How findings look.
class ReportTest {
  @Test
  void columnsAreAlignedAndFixesFollowAnArrow() {
    Report report = Report.plain();
    assertThat(report.add(Finding.ok("redis", "is there")))
        .isEqualTo("ok       redis           is there");
    assertThat(report.add(Finding.warning("kafka topics", "is lax", "do this")))
        .isEqualTo("warning  kafka topics    is lax → do this");
    assertThat(report.add(Finding.error("memory", "too much\n  1MiB of a\n  2MiB of b", "")))
        .isEqualTo(
            """
            error    memory          too much
                                       1MiB of a
                                       2MiB of b\
            """);
    assertThat(report.add(Finding.notChecked("clock", "no node runs")))
        .isEqualTo("-        clock           not checked: no node runs");
    assertThat(report.summary()).isEqualTo("1 ok, 1 warning, 1 error, 1 not checked");
  }

  @Test
  void coloursAreForTerminals() {
    assertThat(Report.coloured().add(Finding.error("redis", "is away", "")))
        .isEqualTo("\u001b[31merror   \u001b[0m redis           is away");
  }

  @Test
  void machinesGetTheSameAsJson() throws Exception {
    Report report = Report.plain();
    var _ = report.add(Finding.warning("redis", "\"slow\"", "nearer"));
    var _ = report.add(Finding.notChecked("clock", "no node runs"));
    JsonNode json = new ObjectMapper().readTree(report.json());
    assertThat(json.path("ok").asInt()).isZero();
    assertThat(json.path("warning").asInt()).isEqualTo(1);
    assertThat(json.path("not-checked").asInt()).isEqualTo(1);
    JsonNode first = json.path("findings").path(0);
    assertThat(first.path("level").asText()).isEqualTo("warning");
    assertThat(first.path("check").asText()).isEqualTo("redis");
    assertThat(first.path("said").asText()).isEqualTo("\"slow\"");
    assertThat(first.path("fix").asText()).isEqualTo("nearer");
  }

  @Test
  void severalAreToldInThePlural() {
    assertThat(Report.plain().summary()).isEqualTo("0 ok, 0 warnings, 0 errors");
  }
}
