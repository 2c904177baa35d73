package io.sluice.perf.bench;

import io.sluice.perf.bench.Findings.Cell;
import io.sluice.perf.report.Curve;
import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Point;
import io.sluice.perf.report.Scale;
import io.sluice.perf.run.ProcessTree;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/// The same work for more and more connections: 20,000 deliveries a second, a hundred subscribers a
/// channel. What does not grow with the work should not grow with the connections.
final class CostGrowth implements Scenario {
  private static final List<Integer> SIZES = List.of(1_000, 2_000, 4_000, 8_000, 16_000);
  private static final int A_CHANNEL = 100;
  private static final double DELIVERIES = 20_000;
  private static final Metric RESIDENT =
      new Metric("memory (RSS)", "MB", io.sluice.perf.report.Better.LOWER);
  private static final double MB = 1e6;

  private static final Metric GROWTH =
      new Metric("server CPU / that at 1,000", "", io.sluice.perf.report.Better.LOWER);
  private static final Metric BEYOND_FLOOR =
      new Metric("beyond what the floor's grows", "", io.sluice.perf.report.Better.LOWER);

  private final AgainstFloor growths = new AgainstFloor();
  private int rounds;

  @Override
  public String name() {
    return "cost growth";
  }

  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.servers();
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    growths.begins(contender);
    contender.restart(contender.growingHeap());
    try (Session warming = Session.open(lab, contender, SIZES.getFirst(), 1)) {
      warming.run(DELIVERIES, lab.effort().paced()); // or the first size pays for the compiler
    }
    Map<Integer, Double> costs = new HashMap<>();
    for (int size : rounds++ % 2 == 0 ? SIZES : SIZES.reversed()) {
      try (Session session = Session.open(lab, contender, size, size / A_CHANNEL)) {
        session.run(DELIVERIES, lab.effort().warming());
        Outcome it = session.run(DELIVERIES, lab.effort().paced());
        String variant = variant(size);
        double resident = ProcessTree.residentBytes(contender.pid()) / MB;
        lab.found(this, variant, contender, Figures.CPU, it.serverMicrosPerDelivery());
        lab.found(this, variant, contender, Figures.P99, it.millis(99));
        lab.found(this, variant, contender, RESIDENT, resident);
        costs.put(size, it.serverMicrosPerDelivery());
      }
    }
    growth(lab, contender, costs);
    curve(lab, contender, Figures.CPU, "CPU per delivery against connections");
    curve(lab, contender, RESIDENT, "memory against connections");
  }

  /// The most against the fewest.
  private void growth(Lab lab, Contender contender, Map<Integer, Double> costs) {
    int most = SIZES.getLast();
    double growth = cost(costs, most) / cost(costs, SIZES.getFirst());
    lab.found(this, variant(most), contender, GROWTH, growth);
    growths.needs(
        contender,
        growth,
        (other, ratio) -> lab.found(this, variant(most), other, BEYOND_FLOOR, ratio));
  }

  private static double cost(Map<Integer, Double> costs, int size) {
    return costs.getOrDefault(size, Double.NaN);
  }

  private static String variant(int size) {
    return String.format(Locale.ROOT, "%,d connections", size);
  }

  private void curve(Lab lab, Contender contender, Metric metric, String plot) {
    List<Point> points = new ArrayList<>();
    for (int size : SIZES) {
      OptionalDouble median =
          lab.findings().median(new Cell(name(), variant(size), contender.name(), metric));
      median.ifPresent(value -> points.add(new Point(size, value)));
    }
    lab.findings()
        .curve(
            new Curve(
                plot,
                "connections",
                metric.name() + ", " + metric.unit(),
                Scale.LOG,
                Scale.LINEAR,
                contender.name(),
                points));
  }
}
