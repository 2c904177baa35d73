package io.sluice.perf.bench;

import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/// One of two nodes is killed while publications go on. Each had as many clients, all with
/// sessions: how soon those of the dead node have resumed theirs on the other one and are
/// subscribed again, as SDKs come back, and after how long services are told the truth about who is
/// there. Whoever is not resumed, or is shown although it is gone, is a fault of the run.
final class NodeKilled implements Scenario {
  static final String NAME = "node killed";

  private static final double DELIVERIES = 5_000;

  /// How often everybody is cut before: what JVMs compile in the first returns is no cost of them.
  private static final int BEFORE = 3;

  private static final Duration DURING = Duration.ofSeconds(15);
  private static final Duration KNOWN = Duration.ofSeconds(30);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(50);

  private final int clients;
  private final int channels;
  private final String variant;

  /// @param clients of each node
  /// @param channels that all of them share, one for each client
  NodeKilled(int clients, int channels) {
    this.clients = clients;
    this.channels = channels;
    this.variant = String.format(Locale.ROOT, "%,d sessions on each of two nodes", clients);
  }

  @Override
  public String name() {
    return NAME;
  }

  /// The one that stays.
  @Override
  public List<Contender> contenders(Lab lab) {
    return Stream.concat(
            Stream.of(lab.node(NodeSetup.ofTwo("the one that stays"))), lab.peers().stream())
        .toList();
  }

  @Override
  public void round(Lab lab, Contender staying) throws IOException {
    if (lab.cannot(Contender.Ability.SESSIONS, this, variant, staying, Figures.SESSIONS_RESUMED)) {
      return;
    }
    Contender dying = lab.node(NodeSetup.ofTwo("the one that is killed"));
    lab.alone(staying);
    Crowd crowd = Crowd.of(2 * clients, channels).withSessions();
    dying.ensureRunning();
    staying.ensureRunning();
    try (Session session =
        Session.open(lab, staying, crowd, List.of(dying.edge(), staying.edge()))) {
      session.warm(DELIVERIES);
      for (int i = 0; i < BEFORE; i++) {
        lab.swarm().cut(1, Duration.ZERO);
      }
      awaitTruth(lab, staying, session, /* killed= */ false); // nodes have heard of each other
      measure(lab, staying, dying, session);
    } finally {
      dying.close();
      staying.close();
    }
  }

  private void measure(Lab lab, Contender staying, Contender dying, Session session)
      throws IOException {
    Report before = lab.swarm().measure();
    CompletableFuture<?> publishing =
        CompletableFuture.runAsync(
            () -> session.load().run(DELIVERIES * channels / (2 * clients), DURING),
            Session::inAThread);
    long killed = System.nanoTime();
    Report back = lab.swarm().losing(0, dying::kill);
    Duration truth = awaitTruth(lab, staying, session, /* killed= */ true);
    double truthful = (System.nanoTime() - killed) / 1e9;
    publishing.join();
    Report after = lab.swarm().ask();
    lab.say(
        "presence was whole again %d ms after the last had returned".formatted(truth.toMillis()));

    judge(lab, before, back, after);
    lab.found(this, variant, staying, Figures.BACK, back.tookMs() / 1e3);
    lab.found(this, variant, staying, Figures.RETURN_P50, millis(back, 50));
    lab.found(this, variant, staying, Figures.RETURN_P99, millis(back, 99));
    lab.found(this, variant, staying, Figures.SESSIONS_RESUMED, resumed(before, back));
    lab.found(this, variant, staying, Figures.PRESENCE_TRUE, truthful);
    lab.found(
        this, variant, staying, Figures.P99, after.latencies().getValueAtPercentile(99) / 1e3);
  }

  private static double millis(Report back, double percentile) {
    return back.returnTimes().getValueAtPercentile(percentile) / 1e3;
  }

  private double resumed(Report before, Report back) {
    return 100.0 * since(before, back, "session resumed") / clients;
  }

  private static long since(Report before, Report now, String verdict) {
    return now.verdicts().getOrDefault(verdict, 0L) - before.verdicts().getOrDefault(verdict, 0L);
  }

  private void judge(Lab lab, Report before, Report back, Report after) {
    if (back.live() < 2 * clients) {
      lab.findings()
          .fault(
              "of %d clients of a killed node, %d are not back within 70 s: %s"
                  .formatted(clients, 2 * clients - back.live(), back.ends()));
    }
    if (since(before, back, "session resumed") != clients || since(before, back, "lost") > 0) {
      lab.findings()
          .fault(
              "of %d clients of a killed node not all have resumed: %s before, %s after"
                  .formatted(clients, before.verdicts(), back.verdicts()));
    }
    long gone = after.ends().getOrDefault("gone", 0L) - before.ends().getOrDefault("gone", 0L);
    if (gone != clients) {
      lab.findings()
          .fault(
              "%d connections ended as one to a killed node does, which had %d: %s"
                  .formatted(gone, clients, after.ends()));
    }
  }

  /// Waits until every channel has as many clients as there are, by what services are told, and
  /// nobody's answer is missing.
  ///
  /// @param killed whether to be told of more is a fault; before, a node may be late to notice that
  ///   a client has gone to the other
  /// @return how long that took
  private Duration awaitTruth(Lab lab, Contender staying, Session session, boolean killed)
      throws IOException {
    long start = System.nanoTime();
    long each = 2L * clients / channels;
    for (int channel = 0; channel < channels; channel++) {
      OptionalLong told = staying.present(session.channel(channel));
      while (told.isEmpty() || told.getAsLong() != each) {
        if (killed && told.isPresent() && told.getAsLong() > each) {
          lab.findings().fault("a channel of %d clients is told to have %s".formatted(each, told));
        }
        if (System.nanoTime() - start > KNOWN.toNanos()) {
          lab.findings()
              .fault(
                  "after %d s a channel of %d clients is told to have %s"
                      .formatted(KNOWN.toSeconds(), each, told));
          return KNOWN;
        }
        Session.pause(BETWEEN_QUESTIONS);
        told = staying.present(session.channel(channel));
      }
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
