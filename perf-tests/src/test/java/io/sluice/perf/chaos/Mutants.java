package io.sluice.perf.chaos;

import java.util.List;

/// The mistakes that the judge has to find.
final class Mutants {
  private static final String HUB = "gateway/src/main/java/io/sluice/gateway/hub/";
  private static final String PUBLISHER =
      "broker-bridge/src/main/java/io/sluice/broker/Publisher.java";

  static final Mutant DROPS =
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

  static final Mutant DUPLICATES =
      new Mutant(
          "gives again what a client had when it came back",
          HUB + "HubShard.java",
          "long[] offsets = window.channel(key, since, tail, RECORDS_IN_ANSWER);",
          "long[] offsets = window.channel(key, Math.max(window.floor(), since - 50), tail,"
              + " RECORDS_IN_ANSWER);");

  static final Mutant REORDERS =
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

  static final Mutant ACKNOWLEDGES_EARLY =
      new Mutant(
          "acknowledges before Kafka does",
          PUBLISHER,
          "    producer.send(\n        new ProducerRecord<>(",
          "    answer(next, outcome(next.binding, partition, new SendResult.Stored(0)),"
              + " KafkaSign.NOTHING);\n    producer.send(\n        new ProducerRecord<>(");

  static final Mutant LIES =
      new Mutant(
          "says recovered and leaves one out",
          HUB + "HubShard.java",
          "    Position at = new Position(window.epoch(), through && missed.isEmpty()",
          "    if (!missed.isEmpty()) {\n      missed.removeFirst();\n    }\n"
              + "    Position at = new Position(window.epoch(), through && missed.isEmpty()");

  static final Mutant LETS_IN_LATE =
      new Mutant(
          "loses what is published while a new subscriber is let in",
          HUB + "HubShard.java",
          "    leg.told = leg.sent;\n    return new Position(leg.window.epoch(), leg.sent);",
          """
              leg.told = leg.sent;
              Position at = new Position(leg.window.epoch(), leg.sent);
              leg.sent = Long.MAX_VALUE;
              thread.after(
                  java.time.Duration.ofMillis(50), () -> leg.sent = partition.newsFrom());
              return at;\
          """);

  private Mutants() {}

  static List<Mutant> all() {
    return List.of(DROPS, DUPLICATES, REORDERS, ACKNOWLEDGES_EARLY, LIES, LETS_IN_LATE);
  }
}
