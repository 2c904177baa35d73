package io.sluice.perf.bench;

import io.sluice.perf.run.Accounting;
import io.sluice.perf.run.ProcessTree;
import io.sluice.perf.swarm.Audience;
import io.sluice.perf.swarm.Audience.Reading;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/// One client in ten stops reading while a channel goes on: what the others notice of that, against
/// the same load without these clients in the same round, and what the server holds for them. Then
/// they read again and must be given everything, in order, on the connection they have.
final class NeverReading implements Scenario {
  static final String NAME = "clients that never read";

  /// What a client that does not read is sent, 1 MB, has to be more than its buffers hold for
  /// certain: 256 KB in the server (`edge.outbox`), and in the system 100 to 400 KB where segments
  /// are as small as these clients ask for.
  private static final int PUBLICATIONS = 240;

  private static final int PAYLOAD = 4_096;

  /// Of all that read together. Both processors have time left then: it is about who waits for whom
  /// and not about how much can be done.
  private static final double DELIVERIES = 54_000;

  /// A moment's load is no load.
  private static final double MOST_PER_SECOND = 100;

  private static final Duration READ_AGAIN = Duration.ofSeconds(30);
  private static final double MB = 1e6;

  /// Whoever does not read answers no ping either; it is not to be closed for that, nor for taking
  /// no bytes.
  static final NodeSetup PATIENT =
      new NodeSetup(
          "patient",
          Map.of(
              "edge.write-timeout", "5m",
              "edge.ping-interval", "10m",
              "edge.ping-interval-min", "10m",
              "edge.ping-interval-max", "10m"),
          List.of());

  private final int clients;
  private final int stopping;
  private final Map<String, Integer> rounds = new HashMap<>();

  /// @param clients a tenth of which stops
  NeverReading(int clients) {
    this.clients = clients;
    this.stopping = Audience.stopping(clients);
  }

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return Stream.concat(Stream.of(lab.node(PATIENT)), lab.peers().stream()).toList();
  }

  private String without() {
    return String.format(Locale.ROOT, "%,d clients, all read", clients - stopping);
  }

  private String with() {
    return String.format(Locale.ROOT, "%,d clients, %,d never read", clients, stopping);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    lab.alone(contender);
    contender.restart(contender.patient());
    try {
      double ratio;
      if (rounds.merge(contender.name(), 1, Integer::sum) % 2 == 1) {
        double without = allRead(lab, contender);
        ratio = someDoNot(lab, contender) / without;
      } else {
        double with = someDoNot(lab, contender);
        ratio = with / allRead(lab, contender);
      }
      lab.found(this, with(), contender, Figures.P99_RATIO, ratio);
    } finally {
      contender.close();
    }
  }

  /// @return ms
  private double allRead(Lab lab, Contender contender) throws IOException {
    Crowd crowd = Crowd.of(clients - stopping, 1).given(PAYLOAD);
    try (Session session = Session.open(lab, contender, crowd)) {
      session.warm(DELIVERIES);
      heap(contender); // as below: a heap just collected
      return load(lab, contender, session, without());
    }
  }

  private double someDoNot(Lab lab, Contender contender) throws IOException {
    Crowd crowd = Crowd.of(clients, 1).given(PAYLOAD).reading(Reading.STOPPING);
    try (Session session = Session.open(lab, contender, crowd)) {
      session.warm(DELIVERIES);
      long heap = heap(contender);
      long resident = ProcessTree.residentBytes(contender.pid());
      session.stopReading();
      double p99 = load(lab, contender, session, with());
      lagging(lab, contender);
      double outside = ProcessTree.residentBytes(contender.pid()) - resident;
      lab.found(this, with(), contender, Figures.GROWN_OUTSIDE, outside / MB);
      if (!lab.cannot(Contender.Ability.HEAP, this, with(), contender, Figures.GROWN_HEAP)) {
        double alive = heap(contender) - heap;
        lab.found(this, with(), contender, Figures.GROWN_HEAP, alive / MB);
      }
      double seconds = session.readAgain(READ_AGAIN).toNanos() / 1e9;
      lab.found(this, with(), contender, Figures.CAUGHT_UP, seconds);
      return p99;
    }
  }

  /// After a collection; 0 where there is none.
  private static long heap(Contender contender) throws IOException {
    return contender.can(Contender.Ability.HEAP) ? Accounting.liveHeapBytes(contender.pid()) : 0;
  }

  private double load(Lab lab, Contender contender, Session session, String variant)
      throws IOException {
    int readers = clients - stopping;
    double perSecond = Math.min(MOST_PER_SECOND, DELIVERIES / readers);
    Duration duration = Duration.ofMillis(Math.round(PUBLICATIONS * 1_000 / perSecond));
    Outcome it = session.run(perSecond * readers, duration);
    lab.found(this, variant, contender, Figures.P50, it.millis(50));
    lab.found(this, variant, contender, Figures.P99, it.millis(99));
    lab.found(this, variant, contender, Figures.CPU, it.serverMicrosPerDelivery());
    return it.millis(99);
  }

  /// How many the server knows to be behind: if there are none, nothing was measured.
  private void lagging(Lab lab, Contender contender) throws IOException {
    OptionalDouble lagging = contender.metric("sluice_hub_lagging_subscriptions");
    if (lagging.isEmpty()) {
      lab.note(this, with(), contender, Figures.LAGGING, "not told");
      return;
    }
    lab.found(this, with(), contender, Figures.LAGGING, lagging.getAsDouble());
    if (lagging.getAsDouble() == 0) {
      lab.findings()
          .fault(
              "%s, %s: of %d clients that do not read none was behind after %d publications of %d bytes"
                  .formatted(NAME, contender.name(), stopping, PUBLICATIONS, PAYLOAD));
    }
  }
}
