package io.sluice.perf.bench;

import io.sluice.perf.report.Metric;
import io.sluice.perf.run.Accounting;
import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// What a record in memory holds beyond what a producer put into it: the heap that a node's window
/// of so many grows by, in a JVM like a node's, after a collection, without their headers and
/// values; and what the window itself says, by which a node keeps to `window.bytes`. Keys are no
/// part of a record's own bytes: the window has each once a channel.
final class CachedRecords implements Scenario {
  static final String NAME = "memory per cached record";

  private static final int VALUE = 200;
  private static final Duration FILLING = Duration.ofMinutes(2);

  private final List<Shape> shapes;

  /// Records in a window.
  ///
  /// @param each records of a channel
  record Shape(int channels, int each) {
    long records() {
      return (long) channels * each;
    }

    String variant() {
      return String.format(Locale.ROOT, "%,d channels × %,d of %d B", channels, each, VALUE);
    }
  }

  CachedRecords(List<Shape> shapes) {
    this.shapes = List.copyOf(shapes);
  }

  /// A million records, of few channels, of many, and of one each.
  static CachedRecords million() {
    return new CachedRecords(
        List.of(new Shape(100, 10_000), new Shape(10_000, 100), new Shape(1_000_000, 1)));
  }

  @Override
  public String name() {
    return NAME;
  }

  /// Whose windows they are; it need not run.
  @Override
  public List<Contender> contenders(Lab lab) {
    return lab.contenders(Contender.Ability.PARTS);
  }

  @Override
  public void round(Lab lab, Contender contender) throws IOException {
    List<String> flags = contender.flags().stream().filter(it -> it.startsWith("-")).toList();
    for (Shape shape : shapes) {
      measure(lab, contender, shape, flags);
    }
  }

  private void measure(Lab lab, Contender contender, Shape shape, List<String> flags)
      throws IOException {
    List<String> arguments =
        List.of(
            Integer.toString(shape.channels()),
            Integer.toString(shape.each()),
            Integer.toString(VALUE));
    try (ChildProcess process =
        ChildProcess.java("window", flags, CachedRecordsMain.class, arguments)) {
      process.line(FILLING); // all that it needs by itself is loaded
      long before = Accounting.liveHeapBytes(process.pid());
      process.say("fill");
      long account = Long.parseLong(process.line(FILLING));
      long grown = Accounting.liveHeapBytes(process.pid()) - before;
      found(lab, contender, shape, Figures.BEYOND_BYTES, grown);
      found(lab, contender, shape, Figures.ACCOUNT, account);
      lab.goal(this, shape.variant(), contender, Figures.BEYOND_BYTES, "at most 40 B");
    }
  }

  private void found(Lab lab, Contender contender, Shape shape, Metric figure, long bytes) {
    double beyond = (double) bytes / shape.records() - VALUE;
    lab.found(this, shape.variant(), contender, figure, beyond);
  }
}
