package io.sluice.perf.stress;

import io.sluice.perf.report.Curve;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Looks at everything once a second while a run goes on: nodes, Kafka, Redis, and the users. Its
/// own thread; closed by another.
final class Monitor implements AutoCloseable {
  private static final Duration BETWEEN = Duration.ofSeconds(1);
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final StressRun run;
  private final @Nullable OwnStack stack;
  private final Instant started = Instant.now();
  private final long start = System.nanoTime();
  private final HttpClient http = HttpClient.newHttpClient();
  private final List<NodeSampler> nodes = new ArrayList<>();
  private final List<ProcessSampler> others = new ArrayList<>();
  private final @Nullable KafkaSampler kafka;
  private final @Nullable RedisSampler redis;
  private final Series series = new Series();
  private final Growth growth;
  private final boolean growthIsJudged;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread;
  private List<LogLine> complaints = List.of();
  private long deliveries;
  private double before;
  private long looks;
  private long failed;
  private @Nullable RuntimeException failure;

  /// Begins.
  ///
  /// @param stack whose processes and logs are looked at, too; nothing where others run it
  Monitor(StressRun run, @Nullable OwnStack stack) {
    this.run = run;
    this.stack = stack;
    List<URI> apis = run.target().apis();
    for (int i = 0; i < apis.size(); i++) {
      OptionalLong pid =
          stack == null ? OptionalLong.empty() : OptionalLong.of(stack.pids().get(i));
      nodes.add(new NodeSampler(i + 1, apis.get(i), pid, http));
    }
    growth = new Growth(nodes.size());
    growthIsJudged = run.plan().goals().bounds().containsKey(Goal.MEMORY_GROWTH);
    others.add(new ProcessSampler("Gatling", ProcessHandle.current().pid()));
    if (stack != null) {
      others.add(new ProcessSampler("Kafka", stack.pid()));
    }
    kafka = run.target().kafka().isEmpty() ? null : new KafkaSampler(run.target().kafka());
    redis = run.target().redis().isEmpty() ? null : new RedisSampler(run.target().redis());
    thread = Thread.ofPlatform().daemon().name("stress-monitor").start(this::look);
  }

  private void look() {
    try {
      long next = start;
      do {
        look((System.nanoTime() - start) / 1e9);
        next = Math.max(next + BETWEEN.toNanos(), System.nanoTime()); // what was missed is missed
      } while (!ended.await(next - System.nanoTime(), TimeUnit.NANOSECONDS));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// One failure must not end all looks.
  private void look(double second) throws InterruptedException {
    looks++;
    long began = System.currentTimeMillis();
    try {
      List<Integer> silent = sample(second);
      if (silent.isEmpty()) {
        run.measures().took(Measures.LOOK, began, System.currentTimeMillis());
      } else {
        run.measures().failed(Measures.LOOK, began, "no answer from nodes " + silent);
      }
    } catch (RuntimeException e) {
      failed++;
      failure = failure == null ? e : failure;
      run.measures().failed(Measures.LOOK, began, e.toString());
    }
  }

  /// @return which nodes could not be seen, from 1
  private List<Integer> sample(double second) throws InterruptedException {
    List<Integer> silent = new ArrayList<>();
    long now = run.measures().well(Measures.DELIVERY);
    series.add("users", "", "here", second, run.here());
    double perSecond = (now - deliveries) / (second - before);
    series.add("deliveries to users", "a second", "users", second, perSecond);
    deliveries = now;
    before = second;
    for (int i = 0; i < nodes.size(); i++) {
      if (!nodes.get(i).sample(second, series, run.measures())) {
        silent.add(i + 1);
      }
    }
    others.forEach(it -> it.sample(second, series));
    if (kafka != null) {
      kafka.sample(second, series);
    }
    if (redis != null) {
      redis.sample(second, series);
    }
    double progress = run.progress();
    if (growthIsJudged && growth.isDue(progress)) {
      for (int i = 0; i < nodes.size(); i++) {
        OptionalDouble inUse = nodes.get(i).inUse();
        growth.saw(i, progress, inUse);
        series.add("memory in use", "MB", "node-" + (i + 1), second, inUse.orElse(Double.NaN));
      }
    }
    return silent;
  }

  /// Tells Gatling how much more memory each node has in use than early in the run, as far as both
  /// was seen. Any thread, while users are here.
  void tellGrowth() {
    for (int i = 0; i < nodes.size(); i++) {
      run.measures().value(Measures.growth(i + 1), growth.megabytes(i).orElse(Double.NaN));
    }
  }

  /// Of looks, for people. When it is closed.
  List<String> failures() {
    return failure == null
        ? List.of()
        : List.of("%,d of %,d looks failed, the first with %s".formatted(failed, looks, failure));
  }

  Instant started() {
    return started;
  }

  /// When it is closed.
  List<Curve> curves() {
    return series.curves();
  }

  /// Warnings and errors of the processes it could see. When it is closed.
  List<LogLine> complaints() {
    return complaints;
  }

  /// Whether it could see any logs.
  boolean seesLogs() {
    return stack != null;
  }

  /// Looks for the last time. What hangs then is told in no plot.
  @Override
  public void close() throws IOException {
    ended.countDown();
    try {
      if (!thread.join(ENDING)) {
        thread.interrupt();
        thread.join();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
    if (stack != null) {
      complaints = LogLine.complaints(stack.logs());
    }
    if (kafka != null) {
      kafka.close();
    }
    if (redis != null) {
      redis.close();
    }
    http.shutdownNow();
  }
}
