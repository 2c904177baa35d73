package io.sluice.perf.bench;

import io.sluice.perf.swarm.Audience;
import java.io.IOException;
import java.util.List;
import java.util.Locale;

/// Deliveries at a pace that everybody can keep up with: what each costs, and when it arrives.
final class FanOut implements Scenario {
  static final String PACED = "paced fan-out";
  static final String UNICAST = "unicast";

  private static final double DELIVERIES = 20_000;

  /// What a server is warmed with, which is sooner done by more.
  private static final double WARMING = 80_000;

  private final String name;
  private final int clients;
  private final int channels;
  private final boolean protobuf;

  private FanOut(String name, int clients, int channels, boolean protobuf) {
    this.name = name;
    this.clients = clients;
    this.channels = channels;
    this.protobuf = protobuf;
  }

  /// One channel for all.
  static FanOut paced(int clients) {
    return new FanOut(PACED, clients, 1, /* protobuf= */ false);
  }

  /// One channel for all, who speak Protocol Buffers.
  static FanOut protobuf(int clients) {
    return new FanOut(PACED, clients, 1, /* protobuf= */ true);
  }

  /// A channel for each.
  static FanOut unicast(int clients) {
    return new FanOut(UNICAST, clients, clients, /* protobuf= */ false);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.contenders().stream()
        .filter(it -> !protobuf || it.can(Contender.Ability.PROTOBUF))
        .toList();
  }

  private String variant() {
    return channels == 1
        ? String.format(
            Locale.ROOT, "%,d subscribers, 20,000/s%s", clients, protobuf ? ", Protobuf" : "")
        : String.format(Locale.ROOT, "%,d channels × 1, 20,000/s", channels);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    try (Session session =
        Session.open(lab, contender, clients, channels, protobuf ? Audience.PROTOBUF : "")) {
      session.warm(channels == 1 ? WARMING : DELIVERIES);
      Session.Outcome it = session.run(DELIVERIES, lab.effort().paced());
      String variant = variant();
      lab.found(this, variant, contender, Figures.CPU, it.serverMicrosPerDelivery());
      lab.found(this, variant, contender, Figures.P50, it.millis(50));
      lab.found(this, variant, contender, Figures.P99, it.millis(99));
      lab.found(this, variant, contender, Figures.P999, it.millis(99.9));
      lab.found(this, variant, contender, Figures.MAX, it.millis(100));
      lab.found(this, variant, contender, Figures.CLIENT_CPU, it.clientMicrosPerDelivery());
    }
  }
}
