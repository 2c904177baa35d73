package io.sluice.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Lines that machines read.
final class JsonLinesTest {
  private final LogEvents log = new LogEvents();

  private static String text(ILoggingEvent event) {
    return new String(new JsonLines().line(event, "n-1"), StandardCharsets.US_ASCII);
  }

  private JsonNode line() throws IOException {
    String line = text(log.last());
    assertThat(line).endsWith("}\n");
    assertThat(line.strip().chars().noneMatch(c -> c < ' ' || c > '~')).as(line).isTrue();
    return new ObjectMapper().readTree(line);
  }

  private static List<String> names(JsonNode json) {
    return json.properties().stream().map(java.util.Map.Entry::getKey).toList();
  }

  @Test
  void aLineHasTheFixedKeysThenItsOwnBesideThem() throws Exception {
    log.context.getMDCAdapter().put("traceId", "4bf92f3577b34da6a3ce929d0e0e4736");
    log.context.getMDCAdapter().put("spanId", "00f067aa0ba902b7");
    log.context.getMDCAdapter().put("something", "else");
    log.ours()
        .warn("a leg fell behind partition={} offset={} sure={} why=\"{}\"", 3, 7L, true, "a b");
    JsonNode line = line();
    log.context.getMDCAdapter().clear();

    assertThat(names(line))
        .containsExactly(
            "time",
            "level",
            "logger",
            "thread",
            "message",
            "node",
            "partition",
            "offset",
            "sure",
            "why",
            "traceId",
            "spanId");
    assertThat(line.path("time").asText())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    assertThat(Instant.parse(line.path("time").asText()).toEpochMilli())
        .isEqualTo(log.last().getTimeStamp());
    assertThat(line.path("level").asText()).isEqualTo("WARN");
    assertThat(line.path("logger").asText()).isEqualTo(LogEvents.OURS);
    assertThat(line.path("thread").asText()).isEqualTo(Thread.currentThread().getName());
    assertThat(line.path("message").asText()).isEqualTo("a leg fell behind");
    assertThat(line.path("node").asText()).isEqualTo("n-1");
    assertThat(line.path("partition").isIntegralNumber()).isTrue();
    assertThat(line.path("offset").longValue()).isEqualTo(7);
    assertThat(line.path("sure").booleanValue()).isTrue();
    assertThat(line.path("why").textValue()).isEqualTo("a b");
    assertThat(line.path("traceId").textValue()).isEqualTo("4bf92f3577b34da6a3ce929d0e0e4736");
  }

  @Test
  void noValueCanBeginALineOrBreakOne() throws Exception {
    String evil = "x\"}\n{\"level\":\"ERROR\"}\r\u0000\u001b[0m\u0085\u2028\ud800 ü";
    log.ours().info("refused reason={} and {}", evil, evil);
    assertThat(text(log.last()).chars().filter(c -> c == '\n')).hasSize(1);
    String shown = evil.replace('\ud800', '\ufffd');
    assertThat(line().path("reason").asText()).isEqualTo(shown);
    assertThat(line().path("message").asText()).contains("and x\"}\n{");

    log.logger(LogEvents.FOREIGN).info(evil);
    assertThat(text(log.last()).chars().filter(c -> c == '\n')).hasSize(1);
    assertThat(line().path("message").asText()).isEqualTo(shown.strip());
  }

  /// Half a pair is an escape that some readers of JSON refuse, with all of its line.
  @Test
  void noLineHasHalfAPairOfSurrogatesNeitherWhereATextIsCut() throws Exception {
    String user = "\ud83d\ude00\ud83d \ude00";
    log.ours()
        .error(
            "refused user={} {}",
            user,
            "m".repeat(Shown.MESSAGE - "refused ".length() - 1) + "\ud83d\ude00",
            new IOException("\udc00"));
    assertThat(line().path("user").asText()).isEqualTo("\ud83d\ude00\ufffd \ufffd");
    assertThat(line().path("message").asText()).endsWith("m\ufffd…");
    assertThat(line().path("error").path("message").asText()).isEqualTo("\ufffd");
    assertThat(text(log.last())).doesNotContainPattern("(?i)(?<!\\\\ud83d)\\\\ude00|\\\\udc00");
  }

  @Test
  void whatOthersLogIsTheirMessageWithoutKeys() throws Exception {
    log.logger(LogEvents.FOREIGN).info("connected node={} in {} ms", 3, 5);
    assertThat(line().path("message").asText()).isEqualTo("connected node=3 in 5 ms");
    assertThat(names(line())).endsWith("message", "node");

    log.logger(LogEvents.FOREIGN).atInfo().addKeyValue("bytes", 12).log("read");
    assertThat(line().path("bytes").intValue()).isEqualTo(12);
  }

  @Test
  void aKeyThatMeansSomethingElseInEachLineIsToldApart() throws Exception {
    log.ours().info("asked node={} level={}", "n-2", 4);
    assertThat(line().path("node").asText()).isEqualTo("n-1");
    assertThat(line().path("node_").asText()).isEqualTo("n-2");
    assertThat(line().path("level").asText()).isEqualTo("INFO");
    assertThat(line().path("level_").intValue()).isEqualTo(4);
  }

  @Test
  void anExceptionIsAnObjectWithItsCauses() throws Exception {
    log.ours()
        .error(
            "a part broke part={}",
            "p",
            new IllegalStateException("first\nline", new IOException("below")));
    JsonNode error = line().path("error");
    assertThat(names(error)).containsExactly("class", "message", "stack");
    assertThat(error.path("class").asText()).isEqualTo("java.lang.IllegalStateException");
    assertThat(error.path("message").asText()).isEqualTo("first\nline");
    assertThat(error.path("stack").asText())
        .contains("JsonLinesTest.java", "Caused by: java.io.IOException: below");
    assertThat(line().path("part").asText()).isEqualTo("p");
  }

  @Test
  void linesHaveALength() throws Exception {
    log.ours().info("much value={} {}", "v".repeat(Shown.VALUE + 1), "m".repeat(Shown.MESSAGE));
    assertThat(line().path("value").asText()).hasSize(Shown.VALUE + 1).endsWith("v…");
    assertThat(line().path("message").asText()).hasSize(Shown.MESSAGE + 1).endsWith("m…");
  }

  @Test
  void whatLooksLikeASecretIsHiddenWherever() throws Exception {
    String token = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.s1gn-atur3_x";
    log.ours()
        .error(
            "it broke url={} header={}",
            "redis://ann:pw-1@redis:6379/0",
            "Bearer " + token,
            new IOException("bad " + token));
    log.logger(LogEvents.FOREIGN).info("module required password=\"pw-2\" user=x; Password: pw-3");
    String all = text(log.all().getFirst()) + text(log.all().getLast());
    assertThat(all)
        .doesNotContain("pw-1", "pw-2", "pw-3", "s1gn", "eyJ")
        .contains("redis://***@redis:6379/0", "Bearer ***", "bad ***", "user=x");
  }
}
