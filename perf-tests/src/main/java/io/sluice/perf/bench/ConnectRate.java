package io.sluice.perf.bench;

import java.io.IOException;
import java.util.Locale;

/// How fast clients come in: handshake, token, one subscription, 64 of them at a time.
final class ConnectRate implements Scenario {
  private static final int CLIENTS = 5_000;

  @Override
  public String name() {
    return "connect rate";
  }

  @Override
  public java.util.List<Contender> contenders(Lab lab) {
    return lab.different();
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    try (Session session = Session.open(lab, contender, CLIENTS, CLIENTS)) {
      String variant = String.format(Locale.ROOT, "%,d clients", CLIENTS);
      double seconds = session.opening().toNanos() / 1e9;
      lab.found(this, variant, contender, Figures.CONNECTS, CLIENTS / seconds);
      double cpu = session.openingCpu().toNanos() / 1e3 / CLIENTS;
      lab.found(this, variant, contender, Figures.CPU_PER_CONNECT, cpu);
    }
  }
}
