package io.sluice.perf.micro;

import static java.util.Objects.requireNonNull;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/// Runs the microbenchmarks of this package, each in JVMs of its own, on one thread.
public final class Micro {
  private static final int WARM_UPS = 3;
  private static final int ITERATIONS = 5;

  /// The heap holds the largest state, a window of 32 MiB, many times over.
  private static final String[] JVM = {
    "-Xmx512m", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow"
  };

  private static final String PREFIX = Micro.class.getPackageName() + ".";
  private static final String ALLOCATION = "gc.alloc.rate.norm";

  private Micro() {}

  /// One number of one benchmark.
  ///
  /// @param name `Class.method`, and ` allocation` after it for what it allocates
  /// @param unit `ns/op` or `B/op`
  /// @param score the mean of the iterations
  /// @param error half the width of the 99.9 % confidence interval of the mean; NaN below three
  ///   iterations
  /// @param iterations each measured iteration, fork by fork, in order
  public record Figure(
      String name, String unit, double score, double error, List<Double> iterations) {
    public Figure {
      iterations = List.copyOf(iterations);
    }
  }

  /// Runs all of them, one after the other.
  ///
  /// @param perBenchmark for each benchmark: warming up and measuring, of all its forks together,
  ///   without their start
  /// @param forks JVMs a benchmark runs in, one after the other, 1 and up
  /// @param progress what JMH has to tell meanwhile
  /// @return two figures for each benchmark: time and allocation
  /// @throws RunnerException when a benchmark fails, or another JMH runs on this machine
  public static List<Figure> run(Duration perBenchmark, int forks, PrintStream progress)
      throws RunnerException {
    if (forks < 1) {
      throw new IllegalArgumentException("at least one fork, not " + forks);
    }
    long iteration = perBenchmark.dividedBy((long) forks * (WARM_UPS + ITERATIONS)).toMillis();
    TimeValue time = TimeValue.milliseconds(Math.max(1, iteration));
    return run(
        all()
            .mode(Mode.AverageTime)
            .warmupIterations(WARM_UPS)
            .warmupTime(time)
            .measurementIterations(ITERATIONS)
            .measurementTime(time)
            .forks(forks)
            .jvmArgs(JVM)
            .addProfiler(GCProfiler.class),
        progress);
  }

  /// Runs each of them once, here, as a check that they run at all; the times mean nothing.
  static List<Figure> rehearse(PrintStream progress) throws RunnerException {
    return run(
        all().mode(Mode.SingleShotTime).warmupIterations(0).measurementIterations(1).forks(0),
        progress);
  }

  private static ChainedOptionsBuilder all() {
    return new OptionsBuilder()
        .include("^" + PREFIX.replace(".", "\\."))
        .timeUnit(TimeUnit.NANOSECONDS)
        .threads(1)
        .shouldFailOnError(true);
  }

  private static List<Figure> run(ChainedOptionsBuilder options, PrintStream progress)
      throws RunnerException {
    var output = OutputFormatFactory.createFormatInstance(progress, VerboseMode.NORMAL);
    return figures(new Runner(options.build(), output).run());
  }

  private static List<Figure> figures(Collection<RunResult> results) {
    List<Figure> figures = new ArrayList<>();
    for (RunResult result : results) {
      String name = result.getParams().getBenchmark().substring(PREFIX.length());
      Result<?> time = result.getPrimaryResult();
      figures.add(figure(name, time, result, IterationResult::getPrimaryResult));
      Result<?> bytes = result.getSecondaryResults().get(ALLOCATION);
      if (bytes != null) {
        figures.add(
            figure(
                name + " allocation",
                bytes,
                result,
                iteration -> requireNonNull(iteration.getSecondaryResults().get(ALLOCATION))));
      }
    }
    return List.copyOf(figures);
  }

  private static Figure figure(
      String name, Result<?> whole, RunResult run, Function<IterationResult, Result<?>> part) {
    List<Double> iterations =
        run.getBenchmarkResults().stream()
            .flatMap(fork -> fork.getIterationResults().stream())
            .map(iteration -> part.apply(iteration).getScore())
            .toList();
    return new Figure(
        name, whole.getScoreUnit(), whole.getScore(), whole.getScoreError(), iterations);
  }
}
