package io.sluice.perf.bench;

import io.sluice.perf.swarm.Audience;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// Deliveries at a pace that everybody can keep up with: what each costs, and when it arrives.
final class FanOut implements Scenario {
  static final String PACED = "paced fan-out";
  static final String UNICAST = "unicast";

  private static final double DELIVERIES = 20_000;

  /// Small publications in so quick a succession that they might well share writes. Not every
  /// contender can bear that with a write each.
  private static final double DENSE = 200_000;

  /// What a server is warmed with, which is sooner done by more.
  private static final double WARMING = 80_000;

  /// Whoever is so late cannot keep up.
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final String name;
  private final int clients;
  private final int channels;
  private final boolean protobuf;
  private final double deliveries;
  private final AgainstFloor costs = new AgainstFloor();

  private FanOut(String name, int clients, int channels, boolean protobuf, double deliveries) {
    this.name = name;
    this.deliveries = deliveries;
    this.clients = clients;
    this.channels = channels;
    this.protobuf = protobuf;
  }

  /// One channel for all.
  static FanOut paced(int clients) {
    return new FanOut(PACED, clients, 1, /* protobuf= */ false, DELIVERIES);
  }

  /// One channel for all, with ten times as many publications.
  static FanOut dense(int clients) {
    return new FanOut(PACED, clients, 1, /* protobuf= */ false, DENSE);
  }

  /// One channel for all, who speak Protocol Buffers.
  static FanOut protobuf(int clients) {
    return new FanOut(PACED, clients, 1, /* protobuf= */ true, DELIVERIES);
  }

  /// A channel for each.
  static FanOut unicast(int clients) {
    return new FanOut(UNICAST, clients, clients, /* protobuf= */ false, DELIVERIES);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return protobuf ? lab.asked(Contender.Ability.PROTOBUF) : lab.contenders();
  }

  private String variant() {
    return channels == 1
        ? String.format(
            Locale.ROOT,
            "%,d subscribers, %,.0f/s%s",
            clients,
            deliveries,
            protobuf ? ", Protobuf" : "")
        : String.format(Locale.ROOT, "%,d channels × 1, %,.0f/s", channels, deliveries);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    costs.begins(contender);
    String variant = variant();
    if (protobuf && lab.cannot(Contender.Ability.PROTOBUF, this, variant, contender, Figures.CPU)) {
      return;
    }
    Crowd crowd = Crowd.of(clients, channels).asking(protobuf ? Audience.PROTOBUF : "");
    try (Session session = Session.open(lab, contender, crowd)) {
      session.warm(channels == 1 ? WARMING : DELIVERIES);
      Outcome it = paced(lab, session);
      if (!it.complete() || it.ended() > 0) {
        lab.note(this, variant, contender, Figures.CPU, "not sustained");
        return;
      }
      lab.found(this, variant, contender, Figures.CPU, it.serverMicrosPerDelivery());
      lab.found(this, variant, contender, Figures.P50, it.millis(50));
      lab.found(this, variant, contender, Figures.P99, it.millis(99));
      lab.found(this, variant, contender, Figures.P999, it.millis(99.9));
      lab.found(this, variant, contender, Figures.MAX, it.millis(100));
      lab.found(this, variant, contender, Figures.CLIENT_CPU, it.clientMicrosPerDelivery());
      costs.needs(
          contender,
          it.serverMicrosPerDelivery(),
          (other, ratio) -> lab.found(this, variant, other, Figures.TO_FLOOR, ratio));
    }
  }

  private Outcome paced(Lab lab, Session session) throws IOException {
    return deliveries > DELIVERIES
        ? session.attempt(deliveries, lab.effort().paced(), PATIENCE)
        : session.run(deliveries, lab.effort().paced());
  }
}
