package io.sluice.perf.stress;

import io.sluice.perf.check.Ledger;
import io.sluice.perf.check.Violation;
import io.sluice.perf.load.ApiPublisher;
import io.sluice.perf.load.KafkaPublisher;
import io.sluice.perf.load.Load;
import io.sluice.perf.load.Payload;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.swarm.Audience;
import io.sluice.perf.swarm.Swarm;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
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
  private static final String PREFIX = "stress-room-";
  private static final String PROBE = "stress-probe";

  /// Nine hours of a room.
  private static final int REMEMBERED = 65_536;

  private static final Duration OUTCOMES = Duration.ofSeconds(15);

  /// So much longer users wait for what was published last.
  private static final Duration LATE = Duration.ofSeconds(15);

  /// Of one request at a time each, where the API is published by.
  private static final int PUBLISHERS = 8;

  private static final int STORMS = 3;
  private static final int SLOW_BYTES_A_SECOND = 1_000;
  private static final Duration ANSWER = Duration.ofSeconds(15);
  private static final int SLOW_SHARE = 10;
  private static final List<String> SWARM_FLAGS =
      List.of(
          "-Xmx256m",
          "-XX:+UseSerialGC",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml");

  private final StressPlan plan;
  private final Measures measures = new Measures();
  private final Ledger ledger;
  private final long millisAtZero =
      TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) - System.nanoTime();
  private final AtomicInteger users = new AtomicInteger();
  private final AtomicInteger here = new AtomicInteger();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile int storms;
  private volatile boolean publishing = true;
  private volatile long overAt = Long.MAX_VALUE;
  private volatile @Nullable List<Long> published;
  private volatile @Nullable StressTarget target;

  // of the thread that begins and ends
  private @Nullable OwnStack stack;
  private @Nullable Swarm slow;
  private @Nullable Monitor monitor;

  StressRun(StressPlan plan) {
    this.plan = plan;
    this.ledger = new Ledger(PREFIX, plan.rooms(), REMEMBERED);
  }

  Measures measures() {
    return measures;
  }

  /// From [#begin()] on.
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
      StressPlan.Address where = plan.where();
      if (where == null) {
        OwnStack own = OwnStack.start();
        stack = own;
        target = own.target();
      } else {
        target =
            new StressTarget(
                where.edges(),
                where.apis(),
                where.key(),
                where.secret(),
                where.kafka(),
                where.redis());
        target().demandReachable();
        if (plan.scenario() == StressScenario.NODE_LOSS) {
          throw new IllegalArgumentException(
              "node-loss kills a node, and does so only to those that it has started itself");
        }
      }
      publishOnce();
      for (URI edge : target().edges()) {
        FirstUser.demandLetIn(edge, PROBE, target());
      }
      if (plan.scenario() == StressScenario.SLOW_CONSUMERS) {
        slow = slowReaders();
      }
      monitor = new Monitor(this, stack);
    } catch (IOException e) {
      close();
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  private Swarm slowReaders() throws IOException {
    Swarm swarm = new Swarm(SWARM_FLAGS);
    Audience audience =
        Audience.of(target().edges(), target().secret(), PREFIX, plan.rooms(), plan.slowRooms())
            .reading(Audience.Reading.SLOW, SLOW_BYTES_A_SECOND)
            .fromAnywhere();
    swarm.open(audience, Math.max(1, plan.users() / SLOW_SHARE));
    return swarm;
  }

  /// A user comes.
  Member join() {
    int number = users.getAndIncrement();
    if (number == 0) {
      measures.begin();
      Thread.ofPlatform().daemon().name("stress-publisher").start(this::publish);
      Thread.ofVirtual().name("stress-director").start(this::direct);
    }
    here.incrementAndGet();
    return new Member(this, number);
  }

  /// A user goes. What it should have been given and was not is told to Gatling.
  void leave(Member member) {
    here.decrementAndGet();
    List<Long> all = published();
    for (Room room : member.rooms()) {
      room.missingAtTheEnd(all.get(number(room))).forEach(this::judge);
    }
  }

  /// Something is missing, or too many, unless nothing of it was acknowledged.
  void judge(Violation violation) {
    ledger
        .judge(violation)
        .ifPresent(it -> measures.lost(it.last() - it.first() + 1, it.toString()));
  }

  /// The sequence number of what is published to a room next.
  long next(Room room) {
    return ledger.published().get(number(room));
  }

  /// The name of one of a user's rooms.
  ///
  /// @param which of them, from 0
  String room(int user, int which) {
    return PREFIX + (user * StressPlan.ROOMS + which) % plan.rooms();
  }

  private static int number(Room room) {
    return Integer.parseInt(room.channel(), PREFIX.length(), room.channel().length(), 10);
  }

  /// Users who are here.
  int here() {
    return here.get();
  }

  /// How often all were told to leave.
  int storms() {
    return storms;
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
    List<Long> all = published;
    if (all == null) {
      return false;
    }
    for (Room room : rooms) {
      if (room.watch().next() < all.get(number(room))) {
        return false;
      }
    }
    return true;
  }

  private List<Long> published() {
    List<Long> all = published;
    return all == null ? ledger.published() : all;
  }

  private Publisher publisher() {
    return stack == null
        ? new ManyPublishers(PUBLISHERS, () -> new ApiPublisher(target().api(), target().key(), 1))
        : new KafkaPublisher(target().kafka(), stack.topic());
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
    try (Publisher publisher = new TimedPublisher(publisher(), measures)) {
      Load load = new Load(publisher, ledger, new Payload(plan.payload()));
      load.during(plan.publishesPerSecond(), () -> System.nanoTime() - end < 0);
      load.awaitOutcomes(OUTCOMES);
    } finally {
      published = ledger.published();
      publishing = false;
      overAt = System.nanoTime() + LATE.toNanos();
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
            storms = i;
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
        StressFindings.write(plan, seen, measures.lost());
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

  private void close() {
    if (slow != null) {
      slow.close();
    }
    if (stack != null) {
      stack.close();
    }
  }
}
