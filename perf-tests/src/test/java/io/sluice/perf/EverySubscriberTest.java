package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/// One `./sluice up`, one record, and everything that can subscribe.
@Tag("full")
@ExtendWith(Sluice.class)
final class EverySubscriberTest {
  private static final String NAME = EverySubscriberTest.class.getSimpleName();
  private static final Path EXAMPLE = Sluice.ROOT.resolve("deploy/examples/js");
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final Pattern PUBLISHED =
      Pattern.compile("published channel=news partition=\\d+ offset=(\\d+)");
  private static final Duration INSTALLING = Duration.ofSeconds(90);

  @TempDir private static Path data;

  private static RunningUp up;

  @BeforeAll
  static void start() throws Exception {
    if (!Files.isDirectory(EXAMPLE.resolve("node_modules"))) {
      List<String> install =
          List.of("npm", "ci", "--no-audit", "--no-fund", "--prefix", EXAMPLE.toString());
      try (RunningCommand npm = RunningCommand.start(NAME + "/npm", Map.of(), install)) {
        assertThat(npm.awaitExit(INSTALLING)).as(npm::toString).isZero();
      }
    }
    up = RunningUp.start(NAME, RunningUp.Ports.free(1), 1, "--data", data.toString());
  }

  @AfterAll
  static void stop() throws Exception {
    try (RunningUp running = up) {
      running.stop();
    }
  }

  @Test
  void oneRecordReachesTheSdkAnEventSourceTheCommandLineAndTheConsole() throws Exception {
    try (RunningCommand sdk = sdk("news");
        RunningCommand eventSource = eventSource("news");
        RunningCommand commandLine = up.startSluice("subscribe", "news");
        ConsolePage console = ConsolePage.open(up.node().api())) {
      sdk.awaitErr(LIMIT, line -> line.startsWith("subscribed channel=news "));
      eventSource.awaitOut(LIMIT, line -> line.contains("\"connect\":{"));
      commandLine.awaitErr(LIMIT, line -> line.startsWith("news: subscribed"));
      console.watch("news");

      Matcher published =
          PUBLISHED.matcher(String.join("\n", up.sluice("publish", "news", "{\"n\":1}")));
      assertThat(published.matches()).as(published.toString()).isTrue();
      long offset = 1 + Long.parseLong(published.group(1)); // other channels share the partition

      Predicate<String> line =
          "{\"channel\":\"news\",\"offset\":%d,\"data\":{\"n\":1}}".formatted(offset)::equals;
      sdk.awaitOut(LIMIT, line);
      commandLine.awaitOut(LIMIT, line);
      eventSource.awaitOut(
          LIMIT, it -> it.startsWith("data: ") && it.contains("\"pub\":{\"data\":{\"n\":1}"));
      assertThat(console.dataOf(offset)).isEqualTo("{\"n\":1}");
      assertThat(console.errors()).isEmpty();
    }
  }

  @Tag("full")
  @Test
  void theConsoleOfAnotherOriginPublishesAndComesBackWithoutAGap() throws Exception {
    try (RunningCommand commandLine = up.startSluice("subscribe", "stage");
        KafkaProducer<String, String> service = NumberedRecords.producer(up.runFile().kafka());
        ConsolePage console = ConsolePage.open(up.node().api())) {
      assertThat(console.origin()).isEqualTo(up.node().api());
      assertThat(console.edge()).isEqualTo(up.node().edge());
      commandLine.awaitErr(LIMIT, line -> line.startsWith("stage: subscribed"));
      console.watch("stage");

      console.publish("stage", "{\"from\": \"console\"}");
      console.awaitPublished();
      commandLine.awaitOut(LIMIT, line -> line.contains("\"data\":{\"from\":\"console\"}"));
      console.cut();
      long offset =
          service
              .send(new ProducerRecord<>("sluice.default", "stage", "{\"from\":\"service\"}"))
              .get()
              .offset();
      console.awaitState("connected");

      assertThat(console.dataOf(offset + 1)).isEqualTo("{\"from\":\"service\"}");
      assertThat(console.notice("recovered")).startsWith("Recovered 1 message").endsWith("no gap");
      assertThat(console.isRecovered(offset + 1)).isTrue();
      assertThat(console.messages())
          .containsExactly("{\"from\":\"console\"}", "{\"from\":\"service\"}");
      console.screenshot(NAME + "/console.png");
      assertThat(console.errors()).isEmpty();
    }
  }

  @Tag("full")
  @Test
  void aPageWithTheSdkAsksForATokenAndHears() throws Exception {
    Examples examples = new Examples(NAME, up, data);
    try (RunningCommand ready = examples.start("Browser/Get ready")) {
      assertThat(ready.awaitExit(INSTALLING)).as(ready::toString).isZero();
    }
    try (RunningCommand endpoint = examples.start("Browser/Token endpoint")) {
      BrowserExample.hears(up, endpoint, LIMIT);
    }
  }

  private static RunningCommand sdk(String channel) throws Exception {
    return RunningCommand.start(
        NAME + "/sdk",
        Map.of(),
        List.of(
            "node",
            EXAMPLE.resolve("subscribe.mjs").toString(),
            up.node().edge().toString(),
            up.token(),
            channel));
  }

  private static RunningCommand eventSource(String channel) throws Exception {
    String url =
        "http://%s/connection/uni_sse?token=%s&channels=%s"
            .formatted(up.node().edge().getAuthority(), up.token(), channel);
    return RunningCommand.start(NAME + "/curl", Map.of(), List.of("curl", "-sSN", url));
  }
}
