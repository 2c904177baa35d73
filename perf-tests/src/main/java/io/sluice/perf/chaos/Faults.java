package io.sluice.perf.chaos;

import io.sluice.embedded.ClusterPlan;
import io.sluice.perf.chaos.Fault.Effect;
import io.sluice.perf.chaos.Fault.Strike;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Every kind of fault there is.
final class Faults {
  /// Longer than an SDK takes to find out that nothing comes: ping and 10 s.
  private static final Duration UNNOTICED = Duration.ofSeconds(15);

  /// Longer than Kafka takes to give a dead broker's partitions to others.
  private static final Duration BROKER = Duration.ofSeconds(8);

  /// Kafka takes some 4 s for that; on a machine that has more to do it may take a few times as
  /// long.
  private static final Duration FAIL_OVER = Duration.ofSeconds(20);

  private static final Duration REDIS = Duration.ofSeconds(4);
  private static final Duration WEATHER = Duration.ofSeconds(5);

  /// Needs what not every machine has, see [WallClock].
  static final String CLOCK = "clock-jump";

  /// As when a machine wakes, or its time is set by hand.
  private static final Duration AHEAD = Duration.ofMinutes(10);

  private static final Duration CLOCK_HELD = Duration.ofMillis(1_500);

  private static final double HALF_OPEN = 0.2;
  private static final double SOME = 0.2;
  private static final Weather SLOW =
      new Weather.Slow(Duration.ofMillis(40), Duration.ofMillis(80));
  private static final Weather LOSSY = new Weather.Lossy(0.03, 0.002);

  private static final List<Fault> ALL =
      List.of(
          fault("node-kill", 14, Effect.ENDS_CONNECTIONS, Faults::killNode),
          fault("node-stop", 17, Effect.ENDS_CONNECTIONS, Faults::stopNode),
          fault("node-hole", 16, Effect.ENDS_CONNECTIONS, Faults::cutNodeOff),
          fault("broker-kill", 16, Effect.STOPS_PUBLISHING, Faults::killLeader),
          fault("broker-stop", 12, Effect.STOPS_PUBLISHING, Faults::stopLeader),
          fault("broker-hole", 9, Effect.STOPS_PUBLISHING, Faults::hideBrokers),
          fault("redis-kill", 8, Effect.NONE, Faults::killRedis),
          fault("redis-stop", 8, Effect.NONE, Faults::stopRedis),
          fault("redis-hole", 8, Effect.NONE, Faults::hideRedis),
          fault("redis-flush", 5, Effect.NONE, Faults::flushRedis),
          fault("slow-links", 7, Effect.NONE, scene -> weather(scene, SLOW)),
          fault("lossy-links", 7, Effect.ENDS_ONE_BY_ONE, scene -> weather(scene, LOSSY)),
          fault("half-open", 15, Effect.ENDS_CONNECTIONS, Faults::halfOpen),
          fault(CLOCK, 13, Effect.NONE, Faults::setClock),
          fault("storm", 4, Effect.ENDS_CONNECTIONS, Faults::storm),
          fault("rolling-restart", 30, Effect.ENDS_ONE_BY_ONE, Faults::restartAll),
          fault("all-killed", 40, Effect.ENDS_CONNECTIONS, Faults::killAll));

  private Faults() {}

  private static Fault fault(String name, int seconds, Effect effect, Strike strike) {
    return new Fault(name, Duration.ofSeconds(seconds), effect, strike);
  }

  static List<Fault> all() {
    return ALL;
  }

  /// Those that this machine can do.
  static List<Fault> possible() {
    return ALL.stream()
        .filter(fault -> WallClock.isThere() || !fault.name().equals(CLOCK))
        .toList();
  }

  /// One kind.
  ///
  /// @throws java.util.NoSuchElementException when there is none of that name
  static Fault named(String name) {
    return ALL.stream().filter(fault -> fault.name().equals(name)).findFirst().orElseThrow();
  }

  private static Node popular(Scene scene) {
    return scene.crowd().mostPopular(scene.cluster().nodes());
  }

  /// It is started again when its clients have gone elsewhere, as a supervisor would some time.
  private static void killNode(Scene scene) throws IOException {
    Node node = popular(scene);
    scene.strikes("kill -9 " + node);
    node.process().kill();
    scene.awaitGone(node);
    scene.awaitLive();
    scene.cluster().startNodes();
  }

  private static void stopNode(Scene scene) throws IOException {
    Node node = popular(scene);
    scene.strikes("SIGSTOP " + node);
    node.process().freeze(UNNOTICED);
    scene.pause(UNNOTICED);
    scene.say("SIGCONT " + node);
    node.awaitReady();
  }

  /// From its clients, and from those that publish through it.
  private static void cutNodeOff(Scene scene) throws IOException {
    Node node = popular(scene);
    scene.strikes("nothing passes between " + node + " and its clients, publishers among them");
    node.outside(Weather.HOLE);
    scene.pause(UNNOTICED);
    node.outside(Weather.CLEAR);
  }

  /// The one that leads most.
  private static int leader(Scene scene) throws IOException {
    Map<Integer, Integer> led = new HashMap<>();
    scene.cluster().brokers().leaders(Cluster.TOPIC).forEach(id -> led.merge(id, 1, Integer::sum));
    led.remove(0);
    return Collections.max(led.entrySet(), Map.Entry.comparingByValue()).getKey();
  }

  private static void killLeader(Scene scene) throws IOException {
    Brokers brokers = scene.cluster().brokers();
    int broker = leader(scene);
    scene.strikes("kill -9 broker-" + broker);
    brokers.broker(broker).kill();
    failOver(scene, broker);
    brokers.start();
    brokers.awaitInSync(Cluster.TOPIC);
  }

  private static void stopLeader(Scene scene) throws IOException {
    Brokers brokers = scene.cluster().brokers();
    int broker = leader(scene);
    scene.strikes("SIGSTOP broker-" + broker);
    brokers.broker(broker).freeze(FAIL_OVER);
    try {
      failOver(scene, broker);
    } finally {
      brokers.broker(broker).thaw();
    }
    scene.pause(Duration.ofSeconds(1));
    brokers.awaitInSync(Cluster.TOPIC);
  }

  /// The time that a broker is away: until Kafka has found other leaders, and not less than usual.
  private static void failOver(Scene scene, int away) throws IOException {
    long end = System.nanoTime() + BROKER.toNanos();
    scene.failsOver(
        scene.cluster().brokers().awaitLedWithout(away, Cluster.TOPIC, FAIL_OVER),
        "broker-" + away,
        FAIL_OVER);
    scene.pause(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
  }

  /// From one node: connections stay and nothing comes.
  private static void hideBrokers(Scene scene) throws IOException {
    List<Node> nodes = scene.cluster().nodes();
    Node node = nodes.get(scene.random().nextInt(nodes.size()));
    boolean all = scene.random().nextInt(ClusterPlan.BROKERS + 1) == 0;
    List<Link> hidden = all ? node.brokers() : List.of(node.brokers().get(leader(scene) - 1));
    scene.strikes("nothing passes: " + hidden.stream().map(Link::name).toList());
    hidden.forEach(link -> link.weather(Weather.HOLE));
    scene.pause(BROKER);
    hidden.forEach(link -> link.weather(Weather.CLEAR));
  }

  private static void killRedis(Scene scene) throws IOException {
    scene.strikes("kill -9 Redis");
    scene.cluster().redis().kill();
    withoutRedis(scene);
    scene.cluster().redis().start();
  }

  /// Who comes in meanwhile is served by nodes that do not know yet, and by nodes that do.
  private static void withoutRedis(Scene scene) throws IOException {
    scene.returns(SOME);
    scene.pause(REDIS.dividedBy(2));
    scene.returns(SOME);
    scene.pause(REDIS.dividedBy(2));
  }

  private static void stopRedis(Scene scene) throws IOException {
    scene.strikes("SIGSTOP Redis");
    scene.cluster().redis().freeze();
    try {
      withoutRedis(scene);
    } finally {
      scene.cluster().redis().thaw();
    }
  }

  private static void hideRedis(Scene scene) throws IOException {
    scene.strikes("nothing passes between nodes and Redis");
    scene.cluster().nodes().forEach(node -> node.redis().weather(Weather.HOLE));
    withoutRedis(scene);
    scene.cluster().nodes().forEach(node -> node.redis().weather(Weather.CLEAR));
  }

  private static void flushRedis(Scene scene) throws IOException {
    scene.strikes("FLUSHALL");
    scene.cluster().redis().flush();
    scene.returns(SOME);
    scene.pause(Duration.ofSeconds(2));
  }

  private static void weather(Scene scene, Weather weather) throws IOException {
    scene.strikes("all links: " + weather);
    List<Link> links = scene.cluster().links();
    links.forEach(link -> link.weather(weather));
    scene.pause(WEATHER);
    links.forEach(link -> link.weather(Weather.CLEAR));
  }

  private static void halfOpen(Scene scene) throws IOException {
    scene.strikes("some connections of clients are half open from now on");
    int frozen = 0;
    for (Node node : scene.cluster().nodes()) {
      frozen += node.clients().freeze(HALF_OPEN, scene.random());
    }
    scene.say(frozen + " of them");
    scene.pause(Duration.ofSeconds(15)); // ping and 10 s, and back
  }

  /// Forward, back, behind the true time, and right again. Clients come and go at each.
  private static void setClock(Scene scene) throws IOException {
    Node node = popular(scene);
    scene.strikes("the clock of " + node + " is " + AHEAD.toMinutes() + " min ahead");
    for (Duration ahead : List.of(AHEAD, Duration.ZERO, AHEAD.negated(), Duration.ZERO)) {
      node.clock().set(ahead);
      Duration found = Duration.between(Instant.now(), node.time());
      if (found.minus(ahead).abs().compareTo(AHEAD.dividedBy(2)) > 0) {
        throw new IOException("the clock of %s is %s ahead, not %s".formatted(node, found, ahead));
      }
      scene.returns(SOME);
      scene.pause(CLOCK_HELD);
    }
  }

  private static void storm(Scene scene) {
    scene.strikes("all " + scene.crowd().size() + " clients are cut");
    scene.crowd().cut();
  }

  private static void restartAll(Scene scene) throws IOException {
    for (Node node : scene.cluster().nodes()) {
      scene.strikes("SIGTERM " + node);
      node.process().terminate();
      scene.cluster().startNodes();
    }
  }

  private static void killAll(Scene scene) throws IOException {
    scene.strikes("kill -9 of all nodes, all brokers, and Redis");
    List<Service> all = new ArrayList<>();
    scene.cluster().nodes().forEach(node -> all.add(node.process()));
    for (int broker = 1; broker <= ClusterPlan.BROKERS; broker++) {
      all.add(scene.cluster().brokers().broker(broker));
    }
    for (Service each : all) {
      each.kill();
    }
    scene.cluster().redis().kill();
    scene.pause(Duration.ofSeconds(1));
    scene.cluster().redis().start();
    scene.cluster().brokers().start();
    scene.cluster().startNodes();
    scene.cluster().brokers().awaitInSync(Cluster.TOPIC);
  }
}
