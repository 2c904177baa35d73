package io.sluice.perf.chaos;

import io.sluice.embedded.EmbeddedStartException;
import io.sluice.perf.chaos.Fact.Kind;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/// Some 60 s in which clients listen, others publish, and things go wrong one after another; as
/// long again takes what they need to come back. Then everything is left in peace until all clients
/// have everything, and judged. One thread.
final class Round {
  /// What is wrong with a client that waits in vain for what is last in Kafka.
  static final String NOT_EVERYTHING = "has not everything";

  private static final Duration CALM = Duration.ofMillis(1500);

  /// What JVMs compile at first is no effect of a fault.
  private static final Duration WARM_UP = Duration.ofSeconds(8);

  /// Longer than anything that nodes put off: flushes, pings, checkpoints.
  private static final Duration LAST_WORD = Duration.ofSeconds(3);

  /// Clients that come for the first time after each fault.
  private static final int FRESH = 8;

  /// How long a short round waits for slow clients to be slow: they are closed after some 15 s.
  private static final Duration PROOF = Duration.ofSeconds(40);

  /// Until nodes have written all sessions again to a Redis that was wiped: they do every 5 s.
  private static final Duration CHECKPOINT = Duration.ofSeconds(7);

  private static final Duration SAMPLES = Duration.ofMillis(50);

  private final int number;
  private final Size size;
  private final Cluster cluster;
  private final Timeline timeline;
  private final Random random;
  private final Channels channels;
  private final Published published = new Published();
  private final List<Stage> stages = new ArrayList<>();
  private final List<Calm> calms = new ArrayList<>();
  private final List<History> fresh = new ArrayList<>();
  private final List<Fact> stuck = new ArrayList<>();

  /// From then on nothing has been wrong.
  private long peaceSince;

  /// Everything about a round.
  ///
  /// @param histories of those that were there all the while
  /// @param visitors the histories of those that came and went, see [Newcomers] and [SlowClients],
  ///   and of those that came after faults
  /// @param lags what nodes had of those that do not keep up
  record Outcome(
      int number,
      List<Stage> stages,
      List<Publish> published,
      List<History> histories,
      List<History> visitors,
      LagWatch.Seen lags,
      Judgement judgement) {
    /// Of all clients.
    List<History> all() {
      return Stream.concat(histories.stream(), visitors.stream()).toList();
    }

    /// Without visitors.
    Outcome(
        int number,
        List<Stage> stages,
        List<Publish> published,
        List<History> histories,
        Judgement judgement) {
      this(number, stages, published, histories, List.of(), new LagWatch.Seen(0, 0), judgement);
    }

    /// How much each visitor of a kind was given, of those that were given anything.
    ///
    /// @param kind in its name
    List<Long> given(String kind) {
      return visitors.stream()
          .filter(history -> history.client().contains(kind))
          .map(History::received)
          .filter(count -> count > 0)
          .toList();
    }

    /// Whether there is no cluster any more that another round could be played on.
    boolean clusterIsStuck() {
      return judgement.facts().stream().anyMatch(fact -> fact.who().equals(Fact.CLUSTER));
    }
  }

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
    Map<TopicPartition, Long> begin;
    try {
      begin = KafkaLog.ends(cluster.bootstrapServers());
    } catch (KafkaException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      stuckCluster(
          "Kafka does not tell where its log ends, so nothing is played: " + e.getMessage());
      return new Outcome(number, List.of(), List.of(), List.of(), new Judgement(0, 0, stuck));
    }
    try (Crowd crowd = new Crowd("client", size.clients(), cluster, channels, random)) {
      stuck(crowd.awaitLive(Scene.LIVE), "is not live at first");
      peaceSince = System.nanoTime();
      Visitors visitors;
      boolean whole;
      Publishing publishing = new Publishing(cluster, channels, published);
      try (publishing) {
        visitors = new Visitors(cluster, channels, random.nextLong());
        whole = disturbed(faults, crowd, visitors);
      }
      timeline.say("peace, after " + visitors.lags());
      publishing.stuck().forEach(this::add);
      visitors.stuck().forEach(this::add);
      if (whole) {
        visitors.unproven().forEach(this::add);
      }
      return judged(crowd, visitors, begin);
    }
  }

  /// @return whether the cluster is whole again
  private boolean disturbed(List<Fault> faults, Crowd crowd, Visitors visitors) throws IOException {
    try (visitors) {
      Scene.sleep(number == 1 ? WARM_UP : CALM);
      boolean whole = true;
      for (int i = 0; i < faults.size() && whole; i++) {
        whole = stage(faults.get(i), crowd);
        Scene.sleep(CALM);
      }
      if (whole) {
        Crowd.await(PROOF, () -> visitors.unproven().isEmpty());
        var _ = calm(new Calm("everything", System.nanoTime()), crowd);
      }
      return whole;
    }
  }

  private Scene scene(String fault, Crowd crowd) {
    return new Scene(fault, cluster, crowd, new Random(random.nextLong()), timeline::say);
  }

  /// @return whether the cluster is whole again
  private boolean stage(Fault fault, Crowd crowd) throws IOException {
    timeline.say("round " + number + ": " + fault.name());
    stays(crowd, peaceSince, "before " + fault.name());
    Scene scene = scene(fault.name(), crowd);
    AtomicInteger fewest = new AtomicInteger(crowd.live());
    long begin = System.nanoTime();
    boolean whole;
    try (Sampling _ =
        new Sampling(SAMPLES, () -> fewest.accumulateAndGet(crowd.live(), Math::min))) {
      whole = strike(fault, scene);
      Calm calm = new Calm(fault.name(), System.nanoTime());
      stuck(crowd.awaitLive(Scene.LIVE), "is not live again after " + fault.name());
      whole = whole && calm(calm, crowd);
    }
    stuck.addAll(scene.facts());
    stages.add(
        new Stage(
            number,
            fault,
            begin,
            scene.struck().orElse(begin),
            scene.failedOver(),
            System.nanoTime(),
            crowd.size(),
            fewest.get()));
    effect(fault, begin, crowd);
    peaceSince = System.nanoTime();
    return whole;
  }

  private boolean strike(Fault fault, Scene scene) throws IOException {
    try {
      fault.strike().at(scene);
      return true;
    } catch (IOException | EmbeddedStartException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      stuckCluster(fault.name() + ": " + e.getMessage());
      cluster.links().forEach(link -> link.weather(Weather.CLEAR));
      return false;
    }
  }

  /// Nothing is wrong now: gives everything the time to come back. Every process runs and is ready,
  /// publishing goes on each way, and every client is given what is published, also who comes now
  /// for the first time.
  ///
  /// @return whether the cluster is whole
  private boolean calm(Calm calm, Crowd crowd) throws IOException {
    calms.add(calm);
    String kind = "fresh-" + calms.size();
    try (Crowd newcomers = new Crowd(kind, FRESH, cluster, channels, random)) {
      stuck(newcomers.awaitLive(Calm.LIMIT), "came after " + calm.after() + " and is not live");
      Map<String, Long> offsets =
          published.awaitAcknowledged(channels, System.nanoTime(), Calm.LIMIT);
      String what = "was not given what was published after " + calm.after();
      stuck(crowd.awaitAll(offsets, Calm.LIMIT), what);
      stuck(newcomers.awaitAll(offsets, Calm.LIMIT), what);
      fresh.addAll(newcomers.histories());
      newcomers.leave();
    }
    try {
      cluster.demandWhole(Calm.LIMIT);
      return true;
    } catch (IOException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      stuckCluster("after " + calm.after() + ": " + e.getMessage());
      return false;
    }
  }

  /// A fault that does not do what it is for proves nothing, and one that nobody is to notice must
  /// not end a connection.
  private void effect(Fault fault, long begin, Crowd crowd) {
    if (fault.effect().leavesConnections()) {
      stays(crowd, begin, "in " + fault.name());
    } else if (crowd.endedSince(begin, /* others= */ false).isEmpty()) {
      facts(Kind.STUCK, fault.name(), "has ended no connection");
    }
  }

  /// Nobody but the run itself has ended a connection since then.
  private void stays(Crowd crowd, long since, String when) {
    crowd
        .endedSince(since, /* others= */ true)
        .forEach(it -> facts(Kind.UNTRUE, it.client(), "lost its connection " + when));
  }

  private Outcome judged(Crowd crowd, Visitors visitors, Map<TopicPartition, Long> begin)
      throws IOException {
    Judgement judged;
    try {
      KafkaLog log = KafkaLog.read(cluster.bootstrapServers(), channels, begin);
      Map<String, Long> ends = new HashMap<>();
      for (int channel = 0; channel < channels.count(); channel++) {
        ends.put(channels.name(channel), log.end(channel));
      }
      stuck(crowd.awaitAll(ends, Scene.LIVE), NOT_EVERYTHING + " at the end");
      Scene.sleep(
          Duration.ofNanos(Math.max(0, peaceSince + CHECKPOINT.toNanos() - System.nanoTime())));
      // once more, with the positions that were told last; and what comes late, or again, is heard
      long cut = System.nanoTime();
      crowd.cut();
      stuck(crowd.awaitLive(Scene.LIVE), "is not live at the end");
      crowd
          .withoutSession(cut)
          .forEach(it -> facts(Kind.UNTRUE, it.client(), "was told that its session is new"));
      Scene.sleep(LAST_WORD);
      stuck(crowd.awaitAll(ends, Scene.LIVE), NOT_EVERYTHING + " in the end");
      List<History> all =
          Stream.of(crowd.histories(), visitors.histories(), fresh).flatMap(List::stream).toList();
      stays(crowd, peaceSince, "in peace");
      judged = Judge.judge(log, channels, published.all(), all, calms);
    } catch (IOException | KafkaException e) {
      if (Thread.currentThread().isInterrupted()) {
        throw e;
      }
      stuckCluster("what is in Kafka cannot be read, so nothing is judged: " + e.getMessage());
      judged = new Judgement(0, 0, List.of());
    }
    List<Fact> facts = new ArrayList<>(judged.facts());
    facts.addAll(stuck);
    return new Outcome(
        number,
        stages,
        published.all(),
        crowd.histories(),
        Stream.concat(visitors.histories().stream(), fresh.stream()).toList(),
        visitors.lags(),
        new Judgement(judged.acknowledged(), judged.delivered(), facts));
  }

  private void stuckCluster(String what) {
    timeline.say(what);
    stuck.add(Fact.stuckCluster(what));
  }

  /// @throws IOException when this thread was interrupted, so that nobody had the time
  private void stuck(List<Listener> who, String what) throws IOException {
    if (Thread.currentThread().isInterrupted()) {
      throw new IOException("interrupted");
    }
    who.stream().map(it -> it.stuck(what)).forEach(this::add);
  }

  private void facts(Kind kind, String who, String what) {
    add(new Fact(kind, who, what));
  }

  private void add(Fact fact) {
    timeline.say(fact.who() + " " + fact.what());
    stuck.add(fact);
  }
}
