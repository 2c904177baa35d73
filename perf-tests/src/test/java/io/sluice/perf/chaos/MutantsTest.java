package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/// Gateways that make mistakes which nobody should see by chance: the judge finds each within a
/// round.
@Tag("full")
@Timeout(300)
final class MutantsTest {
  private static final String HUB = "gateway/src/main/java/io/sluice/gateway/hub/";
  private static final String PUBLISHER =
      "broker-bridge/src/main/java/io/sluice/broker/Publisher.java";

  private static final Mutant DROPS =
      new Mutant(
          "drops one in 10,000",
          HUB + "Delivery.java",
          "    Subscriber subscriber = leg.subscription.subscriber();\n    SharedFilter filter",
          """
              if (java.util.concurrent.ThreadLocalRandom.current().nextInt(10_000) == 0) {
                leg.sent = offset;
                return Offered.DROPPED;
              }
              Subscriber subscriber = leg.subscription.subscriber();
              SharedFilter filter\
          """);

  private static final Mutant DUPLICATES =
      new Mutant(
          "gives again what a client had when it came back",
          HUB + "HubShard.java",
          "long[] offsets = window.channel(key, since, tail, RECORDS_IN_ANSWER);",
          "long[] offsets = window.channel(key, Math.max(window.floor(), since - 50), tail,"
              + " RECORDS_IN_ANSWER);");

  private static final Mutant REORDERS =
      new Mutant(
          "gives a publication after the next one, in another write",
          HUB + "Delivery.java",
          "return push.length == 0 ? Offered.DROPPED : subscriber.offer(push);",
          """
            if (push.length == 0) {
              return Offered.DROPPED;
            }
            if (java.util.concurrent.ThreadLocalRandom.current().nextInt(2_000) == 0
                && held.putIfAbsent(leg, push) == null) {
              return Offered.TAKEN;
            }
            Offered now = subscriber.offer(push);
            byte[] late = held.remove(leg);
            if (late != null) {
              subscriber.flush();
              subscriber.offer(late);
            }
            return now;
          }

          private final Map<Leg, byte[]> held = new java.util.HashMap<>();

          private int unused() {
            return 0;\
          """);

  private static final Mutant ACKNOWLEDGES_EARLY =
      new Mutant(
          "acknowledges before Kafka does",
          PUBLISHER,
          "    producer.send(\n        new ProducerRecord<>(topic,",
          "    answer(next, outcome(next.binding, partition, new SendResult.Stored(0)));\n"
              + "    producer.send(\n        new ProducerRecord<>(topic,");

  private static final Mutant LIES =
      new Mutant(
          "says recovered and leaves one out",
          HUB + "HubShard.java",
          "    Position at = new Position(window.epoch(), through && missed.isEmpty()",
          "    if (!missed.isEmpty()) {\n      missed.removeFirst();\n    }\n"
              + "    Position at = new Position(window.epoch(), through && missed.isEmpty()");

  private static final Fault STORM = Faults.named("storm");

  /// For longer than a publish may take.
  private static final Fault NO_KAFKA =
      new Fault(
          "no-kafka",
          Duration.ofSeconds(8),
          Fault.Effect.STOPS_PUBLISHING,
          scene -> {
            List<Link> brokers = scene.cluster().nodes().getFirst().brokers();
            brokers.forEach(link -> link.weather(Weather.HOLE));
            scene.pause(Duration.ofSeconds(8));
            brokers.forEach(link -> link.weather(Weather.CLEAR));
          });

  @TempDir private Path folder;

  static Stream<Arguments> mutants() {
    return Stream.of(
        Arguments.of(DROPS, Fact.Kind.LOST, STORM),
        Arguments.of(DUPLICATES, Fact.Kind.DUPLICATED, STORM),
        Arguments.of(REORDERS, Fact.Kind.REORDERED, STORM),
        Arguments.of(ACKNOWLEDGES_EARLY, Fact.Kind.LOST, NO_KAFKA),
        Arguments.of(LIES, Fact.Kind.UNTRUE, STORM));
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void isFoundWithinARound(Mutant mutant, Fact.Kind kind, Fault fault) throws IOException {
    mutant.compile(folder);
    Program program =
        Program.ofThisBuild(List.of("--enable-native-access=ALL-UNNAMED"))
            .patchedWith(Mutant.classes(folder).toString());

    Chaos.Result result =
        new Chaos(program, folder, System.out)
            .run(1, 1, List.of(fault, Faults.named("redis-kill")));

    System.out.println(mutant + ": " + result.line());
    result.facts(System.out);
    assertThat(result.rounds().getFirst().judgement().count(kind)).isPositive();
    assertThat(Files.readAllLines(folder.resolve("round-1/wrong.txt"))).isNotEmpty();
  }
}
