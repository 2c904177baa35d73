package io.sluice.perf.bench;

import io.sluice.perf.report.Curve;
import io.sluice.perf.report.Metric;
import io.sluice.perf.report.Point;
import io.sluice.perf.report.Scale;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/// From publish to receive, at more and more of what a contender sustains. Beside it a plain Kafka
/// consumer at Sluice's rates of records: no gateway can be faster than its log.
final class Ladder implements Scenario {
  private static final int CLIENTS = 1_000;
  private static final List<Integer> RUNGS = List.of(10, 25, 50, 75, 90);
  private static final int PLOTTED = 50;
  private static final double[] PERCENTILES = {
    10, 25, 50, 75, 90, 95, 99, 99.5, 99.9, 99.95, 99.99, 99.999
  };
  private static final String RAW = "raw Kafka consumer";

  private final Saturation saturation = new Saturation(CLIENTS);

  @Override
  public String name() {
    return "latency ladder";
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    OptionalDouble most = saturation.found(lab, contender);
    if (most.isEmpty()) {
      saturation.round(lab, contender);
      most = saturation.found(lab, contender);
    }
    double highest = most.orElseThrow();
    try (Session session = Session.open(lab, contender, CLIENTS, 1)) {
      session.run(highest / 4, lab.effort().warming());
      for (int rung : RUNGS) {
        Outcome it = session.run(highest * rung / 100, lab.effort().paced());
        note(lab, contender.name(), rung, it.latencies());
      }
    }
    if (contender instanceof SluiceNode) {
      rawKafka(lab, highest / CLIENTS);
    }
  }

  private void rawKafka(Lab lab, double recordsPerSecond) throws IOException {
    try (RawConsumer consumer = RawConsumer.open(lab.backing().kafka(), lab.freshPrefix())) {
      consumer.run(recordsPerSecond / 4, lab.effort().warming());
      for (int rung : RUNGS) {
        double rate = Math.max(1, recordsPerSecond * rung / 100);
        note(lab, RAW, rung, consumer.run(rate, lab.effort().paced()));
      }
    }
  }

  private void note(Lab lab, String contender, int rung, Histogram micros) {
    String variant = String.format(Locale.ROOT, "%d %% of saturation", rung);
    cell(lab, variant, contender, Figures.P50, micros.getValueAtPercentile(50));
    cell(lab, variant, contender, Figures.P90, micros.getValueAtPercentile(90));
    cell(lab, variant, contender, Figures.P99, micros.getValueAtPercentile(99));
    cell(lab, variant, contender, Figures.P999, micros.getValueAtPercentile(99.9));
    cell(lab, variant, contender, Figures.MAX, micros.getMaxValue());
    if (rung == PLOTTED) {
      List<Point> points = new ArrayList<>();
      for (double p : PERCENTILES) {
        points.add(new Point(p, micros.getValueAtPercentile(p) / 1e3));
      }
      lab.findings()
          .curve(
              new Curve(
                  "latency at half of saturation, last round",
                  "percentile",
                  "publish to receive, ms",
                  Scale.PERCENTILE,
                  Scale.LOG,
                  contender,
                  points));
    }
  }

  private void cell(Lab lab, String variant, String contender, Metric metric, long micros) {
    lab.findings().add(new Findings.Cell(name(), variant, contender, metric), micros / 1e3);
  }
}
