package io.sluice.perf.stress;

import io.sluice.perf.check.Violation;
import io.sluice.perf.load.ApiPublisher;
import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.Load;
import io.sluice.perf.load.Payload;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One run: the cluster, who publishes, what happens meanwhile, and what was published. It begins
/// when the first user comes. Any thread, but for the beginning and the end.
final class StressRun {
  private static final String PROBE = "stress-probe";

  private static final Duration OUTCOMES = Duration.ofSeconds(15);

  /// So much longer users wait for what was published last.
  private static final Duration LATE = Duration.ofSeconds(15);

  /// Of one request at a time each, where the API is published by.
  private static final int PUBLISHERS = 8;

  private static final int STORMS = 3;
  private static final Duration ANSWER = Duration.ofSeconds(15);

  private final StressPlan plan;
  private final Measures measures = new Measures();
  private final Published published;
  private final long millisAtZero =
      TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicInteger here = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final AtomicInteger storms = new AtomicInteger();
  private volatile boolean publishing = true;
  private volatile long began;
  private volatile long overAt = Long.MAX_VALUE;
  private volatile @Nullable StressTarget target;
  private volatile @Nullable SlowReaders slow;
  private volatile @Nullable Monitor monitor;

  /// Where nodes are the run's own.
  private volatile @Nullable RunTraces traces;

  // of the thread that begins and ends
  private @Nullable OwnStack stack;

  StressRun(StressPlan plan) {
    this.plan = plan;
    this.published = new Published(plan.rooms(), plan.services());
    this.target = plan.where();
  }

  StressPlan plan() {
    return plan;
  }

  Measures measures() {
    return measures;
  }

  /// What is published, by whomever.
  Published published() {
    return published;
  }

  /// Of a run on a cluster that it starts: from [#begin()] on.
  StressTarget target() {
    StressTarget known = target;
    if (known == null) {
      throw new IllegalStateException("the run has not begun");
    }
    return known;
  }

  /// Starts a cluster if none is named; returns when there is one.
  void begin() {
    try {
      if (plan.where() == null) {
        RunTraces collected = new RunTraces();
        traces = collected;
        OwnStack own = OwnStack.start(collected.environment());
        stack = own;
        target = own.target();
      } else {
        if (plan.scenario() == StressScenario.NODE_LOSS) {
          throw new IllegalArgumentException(
              "node-loss kills a node, and does so only to those that it has started itself");
        }
        target().demandReachable();
      }
      publishOnce();
      for (URI edge : target().edges()) {
        FirstUser.demandLetIn(edge, PROBE, target());
      }
      if (plan.scenario() == StressScenario.MIXED) {
        FirstRequests.demandAnswers(target(), PROBE);
      }
      if (plan.scenario() == StressScenario.SLOW_CONSUMERS) {
        slow = SlowReaders.open(target(), plan);
      }
      monitor = new Monitor(this, stack); // which counts who falls behind from here on
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /// A user comes.
  Member join() {
    int number = users.getAndIncrement();
    if (number == 0) {
      measures.begin();
      began = System.nanoTime();
      Thread.ofPlatform().daemon().name("stress-publisher").start(this::publish);
      Thread.ofVirtual().name("stress-director").start(this::direct);
    }
    here.incrementAndGet();
    return new Member(this, number, System::currentTimeMillis);
  }

  /// A user goes. What it should have been given and was not is told to Gatling.
  void leave(Member member) {
    here.decrementAndGet();
    member.ends();
    for (Room room : member.rooms()) {
      room.missingAtTheEnd(published.end(room.channel())).forEach(this::judge);
    }
  }

  /// Something is missing, or too many, unless nothing of it was acknowledged.
  void judge(Violation violation) {
    published
        .judge(violation)
        .ifPresent(it -> measures.lost(it.last() - it.first() + 1, it.toString()));
  }

  /// The names of a user's rooms.
  List<String> rooms(int user) {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < StressPlan.ROOMS; i++) {
      names.add(published.rooms().name((user * StressPlan.ROOMS + i) % plan.rooms()));
    }
    if (plan.services() > 0) {
      names.add(published.services().name(user % plan.services()));
    }
    return List.copyOf(names);
  }

  /// Whether a user leaves again and again, to come back as somebody new.
  boolean isRestless(int user) {
    return plan.scenario() == StressScenario.SOAK && user % StressPlan.RESTLESS == 0;
  }

  /// Users who are here.
  int here() {
    return here.get();
  }

  /// How often all were told to leave.
  int storms() {
    return storms.get();
  }

  /// Tells all to leave.
  void storm() {
    storms.incrementAndGet();
  }

  /// A moment of [System#nanoTime] in ms since 1970.
  long millis(long nanos) {
    return TimeUnit.NANOSECONDS.toMillis(nanos + millisAtZero);
  }

  boolean isPublishing() {
    return publishing;
  }

  /// Nobody waits any longer.
  boolean isOver() {
    return System.nanoTime() - overAt > 0;
  }

  /// Whether a user has all there is to come.
  boolean hasAll(Iterable<Room> rooms) {
    if (!published.hasEnded()) {
      return false;
    }
    for (Room room : rooms) {
      if (room.expects() < published.end(room.channel())) {
        return false;
      }
    }
    return true;
  }

  /// How much of the time is over in which something is published: 0 before the first user comes, 1
  /// at the end.
  double progress() {
    double whole = plan.ramp().plus(plan.lasts()).toNanos();
    return began == 0 ? 0 : (System.nanoTime() - began) / whole;
  }

  private Publisher publisher() {
    return stack == null
        ? new ManyPublishers(PUBLISHERS, () -> new ApiPublisher(target().api(), target().key(), 1))
        : new KafkaPublisher(target().kafka(), stack.topic());
  }

  /// What the run itself publishes by, once it has begun: by Kafka with a few traces.
  private Publisher tracedPublisher() {
    OwnStack own = stack;
    RunTraces collected = traces;
    return own == null || collected == null
        ? publisher()
        : new TracedPublisher(
            new KafkaPublisher(target().kafka(), own.topic()), own.topic(), collected);
  }

  /// For a request to the API that begins now; nothing for most, and on nodes elsewhere for all.
  Optional<String> traceparent() {
    RunTraces collected = traces;
    return collected == null ? Optional.empty() : collected.request();
  }

  /// So that a key that is wrong, or a right that is missing, is told before anything else.
  private void publishOnce() throws IOException {
    CompletableFuture<String> outcome = new CompletableFuture<>();
    try (Publisher publisher = publisher()) {
      publisher.publish(
          PROBE,
          "{}".getBytes(StandardCharsets.UTF_8),
          new Publisher.Outcome() {
            @Override
            public void acknowledged(long offset) {
              outcome.complete("");
            }

            @Override
            public void failed(String why) {
              outcome.complete(why);
            }
          });
      String why = outcome.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
      if (!why.isEmpty()) {
        throw new IOException("a publish was refused: " + why);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("a publish was not answered within " + ANSWER.toSeconds() + " s", e);
    }
  }

  private void publish() {
    long end = System.nanoTime() + plan.ramp().plus(plan.lasts()).toNanos();
    try (Publisher publisher = new TimedPublisher(tracedPublisher(), measures)) {
      Load load = new Load(publisher, published.rooms(), new Payload(plan.payload()));
      load.during(plan.publishesPerSecond(), () -> System.nanoTime() - end < 0);
      load.awaitOutcomes(OUTCOMES);
    } finally {
      publishing = false;
      try {
        judgeOthers();
      } finally {
        published.end(); // from here on users go, and soon Gatling can be told nothing more
        overAt = System.nanoTime() + LATE.toNanos();
      }
    }
  }

  /// What is known of clients that are not Gatling's, and of nodes over the whole run.
  private void judgeOthers() {
    Monitor seen = monitor;
    if (seen != null) {
      seen.tellGrowth();
    }
    SlowReaders readers = slow;
    if (readers == null) {
      return;
    }
    long now = System.currentTimeMillis();
    try {
      Report report = readers.ask();
      measures.took(Measures.SLOW_STAY, now, now); // so that there is something to judge
      report.violations().forEach(this::judge);
      readers
          .ended(report)
          .forEach((how, times) -> {
            for (long i = 0; i < times; i++) {
              measures.failed(Measures.SLOW_STAY, now, how);
            }
          });
    } catch (IOException e) {
      measures.failed(
          Measures.STAY, now, "nothing is known of clients that read slowly: " + e.getMessage());
      measures.failed(Measures.SLOW_STAY, now, String.valueOf(e.getMessage()));
    }
  }

  /// What happens beside it, when all have come.
  private void direct() {
    try {
      switch (plan.scenario()) {
        case STORM -> {
          Duration part = plan.lasts().dividedBy(STORMS + 1);
          pause(plan.ramp());
          for (int i = 1; i <= STORMS && pause(part); i++) {
            storm();
          }
        }
        case NODE_LOSS -> {
          OwnStack own = stack;
          if (pause(plan.ramp().plus(plan.lasts().dividedBy(2))) && own != null) {
            own.killNode();
          }
        }
        case BASELINE, LOAD, TARGET, PEAK, SOAK, SLOW_CONSUMERS, MIXED -> {}
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  /// @return whether the run goes on
  private boolean pause(Duration time) throws InterruptedException {
    return !ended.await(time.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// Ends everything it has started, and writes down what was seen.
  void end() {
    ended.countDown();
    try {
      Monitor seen = monitor;
      if (seen != null) {
        seen.close();
        StressFindings.write(plan, target(), seen, measures);
        writeTraces();
      }
      if (here() > 0) {
        throw new IOException(here() + " users had not ended when the run did, and are not judged");
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      close();
    }
  }

  /// Nodes send the last of their spans when they close.
  private void writeTraces() throws IOException {
    RunTraces collected = traces;
    if (collected != null) {
      closeCluster();
      Files.writeString(FoundTraces.file(plan), collected.found().toJson());
    }
  }

  private void close() {
    closeCluster();
    RunTraces collected = traces;
    if (collected != null) {
      collected.close();
    }
  }

  /// Once, however often it is called.
  private void closeCluster() {
    SlowReaders readers = slow;
    if (readers != null) {
      slow = null;
      readers.close();
    }
    OwnStack own = stack;
    if (own != null) {
      stack = null;
      own.close();
    }
  }
}
