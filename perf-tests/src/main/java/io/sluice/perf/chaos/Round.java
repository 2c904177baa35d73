package io.sluice.perf.chaos;

import io.sluice.perf.chaos.Fact.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/// Some 60 s in which clients listen, others publish, and things go wrong one after another. Then
/// everything is left in peace until all clients have everything, and judged. One thread.
final class Round {
  private static final Duration CALM = Duration.ofMillis(1500);

  /// What JVMs compile at first is no effect of a fault.
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  private static final Duration SAMPLES = Duration.ofMillis(50);

  private final int number;
  private final Size size;
  private final Cluster cluster;
  private final Timeline timeline;
  private final Random random;
  private final Channels channels;
  private final Published published = new Published();
  private final List<Stage> stages = new ArrayList<>();
  private final List<Fact> stuck = new ArrayList<>();

  /// Everything about a round.
  record Outcome(
      int number,
      List<Stage> stages,
      List<Publish> published,
      List<History> histories,
      Judgement judgement) {}

  Round(int number, Size size, Cluster cluster, Timeline timeline, Random random) {
    this.number = number;
    this.cluster = cluster;
    this.timeline = timeline;
    this.random = random;
    this.channels = new Channels("r" + number + "-", size.direct(), size.through());
    this.size = size;
  }

  /// How much load.
  ///
  /// @param direct channels that a producer writes to
  /// @param through channels that are published to through nodes
  record Size(int clients, int direct, int through) {
    static final Size USUAL = new Size(200, 30, 15);
  }

  Outcome play(List<Fault> faults) throws IOException {
    try (Crowd crowd = new Crowd(size.clients(), cluster, channels, random)) {
      stuck(crowd.awaitLive(Scene.LIVE), "is not live at first");
      try (Publishing _ = new Publishing(cluster, channels, published);
          Hostile _ = new Hostile(cluster, channels, random.nextLong())) {
        Scene scene = new Scene(cluster, crowd, random, timeline::say);
        scene.pause(number == 1 ? WARM_UP : CALM);
        for (Fault fault : faults) {
          stage(fault, scene);
          scene.pause(CALM);
        }
      }
      timeline.say("peace");
      KafkaLog log = KafkaLog.read(cluster.bootstrapServers(), channels);
      Map<String, Long> ends = new HashMap<>();
      for (int channel = 0; channel < channels.count(); channel++) {
        ends.put(channels.name(channel), log.end(channel));
      }
      stuck(crowd.awaitAll(ends, Scene.LIVE), "has not everything at the end");
      List<History> histories = crowd.histories();
      Judgement judged = Judge.judge(log, published.all(), histories);
      List<Fact> facts = new ArrayList<>(judged.facts());
      facts.addAll(stuck);
      return new Outcome(
          number,
          stages,
          published.all(),
          histories,
          new Judgement(judged.acknowledged(), judged.delivered(), facts));
    }
  }

  private void stage(Fault fault, Scene scene) throws IOException {
    timeline.say("round " + number + ": " + fault.name());
    AtomicInteger fewest = new AtomicInteger(scene.crowd().live());
    long begin = System.nanoTime();
    try (Sampling _ =
        new Sampling(SAMPLES, () -> fewest.accumulateAndGet(scene.crowd().live(), Math::min))) {
      fault.strike().at(scene);
      stuck(scene.crowd().awaitLive(Scene.LIVE), "is not live again after " + fault.name());
    }
    stages.add(
        new Stage(number, fault, begin, System.nanoTime(), scene.crowd().size(), fewest.get()));
  }

  private void stuck(List<String> clients, String what) {
    clients.forEach(client -> {
      timeline.say(client + " " + what);
      stuck.add(new Fact(Kind.STUCK, client, what));
    });
  }
}
