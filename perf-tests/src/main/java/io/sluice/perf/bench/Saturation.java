package io.sluice.perf.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/// The highest rate that is sustained: one after which everything has arrived within a second of
/// the last publication and within a quarter more time than the publishing took (otherwise a queue
/// was only growing), and nobody was closed. The rate doubles until it is not, then the step
/// between is halved a few times.
final class Saturation implements Scenario {
  static final String NAME = "saturated fan-out";

  private static final double FIRST = 80_000;

  /// Beyond this no client of this machine could read.
  private static final double HIGHEST = 20_000_000;

  private static final Duration LAG = Duration.ofSeconds(1);

  /// The last arrival is at most this part of a step late.
  private static final int KEPT_UP = 4;

  /// Later rounds begin this much below what the first has found.
  private static final double NEAR = 0.7;

  private final int clients;

  Saturation(int clients) {
    this.clients = clients;
  }

  @Override
  public String name() {
    return NAME;
  }

  private String variant() {
    return String.format(Locale.ROOT, "%,d subscribers", clients);
  }

  /// What was found so far, deliveries a second.
  OptionalDouble found(Lab lab, Contender contender) {
    return lab.median(this, variant(), contender, Figures.DELIVERIES);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    Search search = new Search(lab, contender);
    OptionalDouble before = found(lab, contender);
    Outcome best =
        before.isPresent() ? search.from(before.getAsDouble() * NEAR) : search.from(FIRST);
    String variant = variant();
    lab.found(this, variant, contender, Figures.DELIVERIES, best.deliveriesPerSecond());
    lab.found(this, variant, contender, Figures.PER_CPU_SECOND, best.deliveriesPerCpuSecond());
    lab.found(this, variant, contender, Figures.CPU, best.serverMicrosPerDelivery());
    lab.found(this, variant, contender, Figures.P99, best.millis(99));
    lab.found(this, variant, contender, Figures.CLIENT_CORES, best.clientCores());
  }

  /// One search. A rate that is too high may cost connections, so each attempt that fails ends the
  /// audience.
  private final class Search {
    private final Lab lab;
    private final Contender contender;
    private @Nullable Session session;
    private boolean warm;

    Search(Lab lab, Contender contender) {
      this.lab = lab;
      this.contender = contender;
    }

    private Session session() throws IOException {
      if (session == null) {
        session = Session.open(lab, contender, clients, 1);
        if (!warm) {
          session.warm(FIRST);
          warm = true;
        }
      }
      return session;
    }

    private void close() throws IOException {
      if (session != null) {
        Session old = session;
        session = null;
        old.close();
      }
    }

    Outcome from(double first) throws IOException {
      try {
        double good = 0;
        double rate = first;
        Outcome best = null;
        Outcome tried = attempt(rate);
        while (tried != null && rate < HIGHEST) {
          best = tried;
          good = rate;
          rate *= 2;
          tried = attempt(rate);
        }
        double bad = rate;
        int refined = 0;
        while (best == null || refined < lab.effort().refinements()) {
          refined += best == null ? 0 : 1;
          rate = best == null ? bad / 2 : Math.sqrt(good * bad);
          tried = attempt(rate);
          if (tried == null) {
            bad = rate;
          } else {
            best = tried;
            good = rate;
          }
          if (bad < clients) {
            throw new IOException(contender.name() + " does not sustain one publication a second");
          }
        }
        return best;
      } finally {
        close();
      }
    }

    /// @return null when the rate is not sustained
    private @Nullable Outcome attempt(double rate) throws IOException {
      Outcome it = session().attempt(rate, lab.effort().step(), LAG.plusMillis(200));
      Duration step = lab.effort().step();
      boolean inTime =
          it.lag().compareTo(LAG) <= 0 && it.lag().compareTo(step.dividedBy(KEPT_UP)) <= 0;
      boolean sustained = it.complete() && it.ended() == 0 && inTime;
      lab.say(
          String.format(
              Locale.ROOT,
              "%,.0f/s %s, last arrival %,d ms late",
              rate,
              sustained ? "sustained" : "not sustained",
              it.lag().toMillis()));
      if (sustained) {
        return it;
      }
      close();
      return null;
    }
  }
}
