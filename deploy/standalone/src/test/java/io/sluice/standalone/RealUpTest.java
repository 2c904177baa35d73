package io.sluice.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.broker.Partitioner;
import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// `up` with all that is real, and the commands that find it.
@Tag("full")
class RealUpTest {
  private static final int PARTITIONS = 12; // the default of kafka.partitions
  private static final Duration ENDING = Duration.ofSeconds(10);

  /// Free ports come one after another; the second node's edge is beside the first one's.
  private static final int SPREAD = 10;

  @TempDir Path home;

  private List<String> flags = List.of();

  @BeforeEach
  void choosePorts() {
    flags =
        List.of(
            "--data=" + home.resolve("data"),
            "--edge-port=" + FreePorts.next(),
            "--nodes=2",
            "--api-port=" + (FreePorts.next() + SPREAD));
  }

  @Test
  @Timeout(240) // two starts of everything, on machines that do other work too
  void everySubscriberAndRecordLivesThroughKillsAndRestarts() throws Exception {
    try (Child up = sluice("up", flags)) {
      up.awaitOut(line -> line.contains("publish"));
      assertThat(up.out()).filteredOn(line -> line.startsWith("ready node=")).hasSize(2);
      aNodeTakesItsFileOverOnSighup();
      try (Child subscriber = sluice("subscribe", List.of("news", "--count", "3"))) {
        subscriber.awaitErr(line -> line.startsWith("news: subscribed"));
        assertThat(publish("{\"n\":1}", "--tag", "lang=en"))
            .matches("published channel=news partition=\\d+ offset=0");
        subscriber.awaitOut(line -> line.contains("{\"n\":1}"));

        kill(run().nodes().getFirst().pid()); // the one that the subscriber is connected to
        publish("{\"n\":2}");
        publish("{\"n\":3}");
        assertThat(subscriber.awaitExit(Duration.ofSeconds(30))).isZero();
        assertThat(subscriber.out())
            .containsExactly(
                "{\"channel\":\"news\",\"offset\":1,\"data\":{\"n\":1},\"tags\":{\"lang\":\"en\"}}",
                "{\"channel\":\"news\",\"offset\":2,\"data\":{\"n\":2}}",
                "{\"channel\":\"news\",\"offset\":3,\"data\":{\"n\":3}}");
        assertThat(subscriber.err()).noneMatch(line -> line.contains("publications were lost"));
      }
      assertThat(printed("rebuild-sessions").getFirst())
          .matches("rebuilt=0 present=0 in-grace=0 events=\\d+");
      assertThat(printed("redrive", "--dry-run"))
          .containsExactly("dry-run redriven=0 already=0 left=0");
      assertThat(printed("doctor"))
          .anyMatch(line -> line.startsWith("ok       kafka keys"))
          .anyMatch(line -> line.startsWith("ok       clock           Kafka's clock agrees"))
          .last()
          .asString()
          .contains(" 0 errors");
      misplaceOne();
      await()
          .atMost(Duration.ofSeconds(30)) // until a node has written the letter
          .untilAsserted(() ->
              assertThat(printed("redrive").getLast()).isEqualTo("redriven=1 already=0 left=0"));
      assertThat(printed("redrive")).containsExactly("redriven=0 already=0 left=0");
      List<ProcessHandle> children = up.process().toHandle().descendants().toList();
      assertThat(children).hasSizeGreaterThanOrEqualTo(2); // a node and Redis
      kill(up.process().pid());
      await().atMost(ENDING).until(() -> children.stream().noneMatch(ProcessHandle::isAlive));
    }

    try (Child up = sluice("up", flags)) {
      up.awaitOut(line -> line.contains("publish"));
      try (Child subscriber = sluice("subscribe", List.of("news"))) {
        subscriber.awaitErr(line -> line.equals("news: subscribed at offset 3"));
        assertThat(publish("4")).endsWith("offset=3");
        subscriber.awaitOut(line -> line.contains("\"offset\":4"));
        up.terminate();
        up.awaitExit(ENDING);
        subscriber.awaitErr(line -> line.contains("trying again"));
      }
    }
  }

  private void aNodeTakesItsFileOverOnSighup() throws Exception {
    Path file = run().firstNodeConfig();
    Path log =
        file.resolveSibling("logs").resolve(file.getFileName().toString().replace("yaml", "log"));
    Files.writeString(
        file,
        Files.readString(file)
            .replace("publish: authenticated", "publish: nobody")
            .replaceFirst("(?m)^drain:", "kafka.partitions: 99\ndrain:"));
    long pid = run().nodes().getFirst().pid();
    assertThat(new ProcessBuilder("kill", "-HUP", Long.toString(pid)).start().waitFor()).isZero();
    await()
        .untilAsserted(() ->
            assertThat(Files.readString(log))
                .contains(
                    "configuration changed namespaces.default.publish authenticated -> nobody")
                .contains("needs a restart: kafka.partitions 12 -> 99"));
    assertThat(ProcessHandle.of(pid)).isPresent();
  }

  /// A record in another partition than its key's, and neither in the one of `news`.
  private void misplaceOne() throws Exception {
    int news = Partitioner.MURMUR2.partition("news", PARTITIONS);
    int key = 0;
    while (Partitioner.MURMUR2.partition("" + key, PARTITIONS) == news) {
      key++;
    }
    int due = Partitioner.MURMUR2.partition("" + key, PARTITIONS);
    int wrong =
        IntStream.range(0, PARTITIONS).filter(p -> p != news && p != due).findFirst().getAsInt();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", run().kafka()),
            new StringSerializer(),
            new StringSerializer())) {
      var _ =
          producer
              .send(new ProducerRecord<>("sluice.default", wrong, "" + key, "{}"))
              .get(10, TimeUnit.SECONDS);
    }
  }

  private Child sluice(String command, List<String> arguments) throws Exception {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(arguments);
    return Child.java(Main.class, Map.of("HOME", home.toString()), all.toArray(String[]::new));
  }

  private String publish(String json, String... more) {
    List<String> all = new ArrayList<>(List.of("publish", "news", json));
    all.addAll(List.of(more));
    return printed(all.toArray(String[]::new)).getFirst();
  }

  private List<String> printed(String... command) {
    Printed printed = Printed.by(Map.of("HOME", home.toString()), command);
    assertThat(printed.exitCode()).as(printed.err().toString()).isZero();
    return printed.out();
  }

  private static void kill(long pid) {
    ProcessHandle.of(pid).orElseThrow().destroyForcibly();
  }

  private RunFile run() {
    return RunFiles.ofUser(Map.of("HOME", home.toString())).live().getFirst();
  }
}
