package io.sluice.perf.report;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/// Made-up results with everything that real ones have.
final class SampleRun {
  private static final String IDLE = "Idle connections";
  private static final String PACED = "Fan-out, paced: 100 publications/s of 256 bytes";
  private static final String FULL = "Fan-out, saturated";
  private static final String ONE = "1,000 subscribers";
  private static final String TEN = "10,000 subscribers";

  private static final String SLUICE = "Sluice";
  private static final String TENFOLD = "floor, ten a write";
  private static final String RAW = "raw Kafka consumers";

  private static final Metric MEMORY = new Metric("memory per connection", "KB", Better.LOWER);
  private static final Metric CPU = new Metric("server CPU per delivery", "µs", Better.LOWER);
  private static final Metric P50 = new Metric("latency, median", "ms", Better.LOWER);
  private static final Metric P99 = new Metric("latency, 99th percentile", "ms", Better.LOWER);
  private static final Metric P999 = new Metric("latency, 99.9th percentile", "ms", Better.LOWER);
  private static final Metric RATE = new Metric("throughput", "deliveries/s", Better.HIGHER);
  private static final Metric OFFERED = new Metric("offered", "deliveries/s", Better.NEITHER);

  private SampleRun() {}

  static Results results() {
    return new Results(run(), rows(), curves());
  }

  private static RunInfo run() {
    Map<String, String> machine = new LinkedHashMap<>();
    machine.put("processor", "2 cores of AMD EPYC 7B13");
    machine.put("memory", "8 GB");
    machine.put("system", "Linux 6.1, Debian 12");
    Map<String, String> versions = new LinkedHashMap<>();
    versions.put("Sluice", "0.1.0");
    versions.put("Java", "Temurin 25.0.1+8");
    versions.put("Kafka", "4.1.1");
    Map<String, String> flags = new LinkedHashMap<>();
    flags.put(SLUICE, "-Xmx1g -XX:+UseZGC -XX:+UseCompactObjectHeaders");
    flags.put("floor", "-Xmx512m -XX:+UseSerialGC");
    flags.put(RAW, "-Xmx2g");
    return new RunInfo(
        Instant.parse("2026-11-25T19:52:40Z"),
        Duration.parse("PT41M3S"),
        "./sluice benchmark --rounds 3 --scenarios idle,paced,saturated,ladder,growth",
        3,
        machine,
        versions,
        flags,
        List.of(
            "Server, load and Kafka share the machine: figures say what two cores can do together.",
            "Latency is from the moment a publication should have been sent, so a stalled sender"
                + " counts against the contender."));
  }

  private static List<Row> rows() {
    return List.of(
        row(IDLE, ONE, SLUICE, MEMORY, 11.9, 12.4, 12.1),
        row(IDLE, ONE, "floor", MEMORY, 4.02, 4.05, 4.03),
        row(IDLE, TEN, SLUICE, MEMORY, 10.2, 10.4, 10.3),
        row(IDLE, TEN, "floor", MEMORY, 3.81, 3.84, 3.8),
        row(PACED, ONE, SLUICE, OFFERED, 100_000, 100_000, 100_000),
        row(PACED, ONE, SLUICE, CPU, 6.31, 6.02, 6.12),
        row(PACED, ONE, SLUICE, P50, 1.42, 1.38, 1.51),
        row(PACED, ONE, SLUICE, P99, 4.9, 6.2, 5.1),
        row(PACED, ONE, SLUICE, P999, 11.2, 14.8, 12.1),
        row(PACED, ONE, SLUICE, MEMORY, 13.1, 13.3, 13.9),
        row(PACED, ONE, "floor", OFFERED, 100_000, 100_000, 100_000),
        row(PACED, ONE, "floor", CPU, 4.8, 4.71, 4.75),
        row(PACED, ONE, "floor", P50, 0.61, 0.6, 0.63),
        row(PACED, ONE, "floor", P99, 2.2, 2.41, 2.25),
        row(PACED, ONE, "floor", P999, 5.6, 6.9, 6.4),
        row(PACED, ONE, "floor", MEMORY, 5.02, 5.1, 5.05),
        row(PACED, ONE, TENFOLD, CPU, 0.92, 0.95, 0.9),
        row(PACED, ONE, TENFOLD, P50, 4.61, 4.6, 4.63),
        row(PACED, ONE, RAW, OFFERED, 100_000, 100_000, 100_000),
        row(PACED, ONE, RAW, CPU, 38.1, 41.7, 39.4),
        row(PACED, ONE, RAW, P50, 12.6, 11.9, 14.1),
        new Row(PACED, ONE, RAW, P99, List.of(61.0, 88.0), "one round of three had no Kafka"),
        row(PACED, TEN, SLUICE, OFFERED, 1_000_000),
        row(PACED, TEN, SLUICE, CPU, 5.82),
        row(PACED, TEN, SLUICE, P99, 48.2),
        Row.notYet(PACED, TEN, "floor", CPU),
        new Row(
            PACED,
            TEN,
            RAW,
            CPU,
            List.of(),
            "OutOfMemoryError: unable to create native thread: possibly out of memory"),
        row(FULL, "", SLUICE, RATE, 182_400, 176_900, 188_300),
        row(FULL, "", SLUICE, CPU, 5.71, 5.9, 5.65),
        row(FULL, "", "floor", RATE, 251_000, 248_300, 255_700),
        row(FULL, "", "floor", CPU, 4.31, 4.4, 4.28),
        row(FULL, "", TENFOLD, RATE, 1_843_000, 1_802_000, 1_871_000),
        row(FULL, "", TENFOLD, CPU, 0.81, 0.84, 0.8),
        row(FULL, "", RAW, RATE, 24_100, 22_800, 25_900),
        row(FULL, "", RAW, CPU, 41.9, 39.2, 44.8));
  }

  private static Row row(
      String scenario, String variant, String contender, Metric metric, double... rounds) {
    return new Row(
        scenario, variant, contender, metric, DoubleStream.of(rounds).boxed().toList(), "");
  }

  private static List<Curve> curves() {
    List<Curve> curves = new ArrayList<>();
    for (String rate : List.of("50,000", "150,000")) {
      double load = rate.equals("50,000") ? 1 : 3.4;
      String plot = "Latency at " + rate + " deliveries/s";
      curves.add(latency(plot, SLUICE, nines -> 1.1 * load * Math.pow(2.1, nines)));
      curves.add(latency(plot, "floor", nines -> 0.55 * load * Math.pow(1.9, nines)));
      curves.add(latency(plot, RAW, nines -> 8.4 * load * Math.pow(2.6, nines)));
    }
    for (String contender : List.of(SLUICE, "floor", TENFOLD, RAW)) {
      double weight = 1 + List.of("floor", TENFOLD, SLUICE, RAW).indexOf(contender) * 1.6;
      curves.add(growth("Memory", "MB", contender, n -> 40 * weight + n * weight * 0.004));
      curves.add(growth("CPU", "% of a core", contender, n -> 2 + n * weight * 0.002));
    }
    return curves;
  }

  private static Curve latency(String plot, String contender, DoubleUnaryOperator ofNines) {
    List<Point> points =
        IntStream.rangeClosed(0, 45)
            .mapToObj(i ->
                new Point(100 * (1 - Math.pow(10, -i / 10.0)), ofNines.applyAsDouble(i / 10.0)))
            .toList();
    return new Curve(
        plot, "percentile", "latency, ms", Scale.PERCENTILE, Scale.LOG, contender, points);
  }

  private static Curve growth(
      String what, String unit, String contender, DoubleUnaryOperator ofConnections) {
    List<Point> points =
        DoubleStream.of(100, 1_000, 2_000, 5_000, 10_000, 20_000)
            .mapToObj(n -> new Point(n, ofConnections.applyAsDouble(n)))
            .toList();
    return new Curve(
        what + " against connections",
        "connections",
        what + ", " + unit,
        Scale.LINEAR,
        Scale.LINEAR,
        contender,
        points);
  }
}
