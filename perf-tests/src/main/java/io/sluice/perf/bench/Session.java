package io.sluice.perf.bench;

import io.sluice.perf.check.Ledger;
import io.sluice.perf.load.Load;
import io.sluice.perf.load.Payload;
import io.sluice.perf.load.Publisher;
import io.sluice.perf.run.ProcessTree;
import io.sluice.perf.swarm.Audience;
import io.sluice.perf.swarm.Report;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/// One audience at one contender, somebody who publishes to it, and what both cost. Closing it
/// judges what the clients saw: whatever is wrong becomes a fault of the run. One thread.
final class Session implements AutoCloseable {
  /// What a publication carries in every scenario.
  static final int PAYLOAD = 200;

  private static final Duration OUTCOMES = Duration.ofSeconds(35);
  private static final Duration LAST_DELIVERY = Duration.ofSeconds(10);
  private static final Duration CATCHING_UP = Duration.ofSeconds(60);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);
  private static final int FAULTS_SHOWN = 5;

  private static final int LEAST_WARMING_STEPS = 6;
  private static final int WARMING_STEPS = 12;
  private static final int UNHEARD_A_SECOND = 2_000;
  private static final byte[] UNHEARD = "{}".getBytes(StandardCharsets.US_ASCII);

  /// A step that costs more than this part of the one before ends the warming.
  private static final double STILL_FALLING = 0.93;

  private final Lab lab;
  private final Contender contender;
  private final Report opened;
  private final Ledger ledger;
  private final Publisher publisher;
  private final Load load;
  private final long subscribers;
  private final String what;

  /// Of a channel's subscribers, those that do not read now.
  private long stopped;

  /// Deliveries that wait for them.
  private long owed;

  /// Of all clients, those that may be on their way back at any time.
  private int mayBeAway;

  private final Duration openingCpu;

  private Session(
      Lab lab,
      Contender contender,
      Report opened,
      Ledger ledger,
      Publisher publisher,
      Crowd crowd,
      String what,
      Duration openingCpu) {
    this.lab = lab;
    this.contender = contender;
    this.opened = opened;
    this.ledger = ledger;
    this.publisher = publisher;
    this.load = new Load(publisher, ledger, new Payload(crowd.payload()));
    this.subscribers = crowd.subscribers();
    this.what = what;
    this.openingCpu = openingCpu;
  }

  /// Brings clients to life.
  ///
  /// @param clients as many for each channel
  /// @throws IOException when not all come to life
  static Session open(Lab lab, Contender contender, int clients, int channels) throws IOException {
    return open(lab, contender, Crowd.of(clients, channels));
  }

  /// The same, of clients that will come back for what they miss.
  static Session openReturning(Lab lab, Contender contender, int clients, int channels)
      throws IOException {
    contender.ensureRunning();
    return open(lab, contender, Crowd.of(clients, channels), List.of(contender.recoveringEdge()));
  }

  /// The same, of other clients.
  static Session open(Lab lab, Contender contender, Crowd crowd) throws IOException {
    contender.ensureRunning();
    return open(lab, contender, crowd, List.of(contender.edge()));
  }

  /// The same, of clients that spread over several nodes.
  ///
  /// @param contender whose costs are measured
  /// @param edges where clients connect
  static Session open(Lab lab, Contender contender, Crowd crowd, List<URI> edges)
      throws IOException {
    int clients = crowd.clients();
    int channels = crowd.channels();
    String query = crowd.query();
    String prefix = lab.freshPrefix();
    List<URI> nodes =
        edges.stream().map(it -> query.isEmpty() ? it : URI.create(it + "?" + query)).toList();
    Audience plain =
        Audience.of(nodes, contender.secret(), prefix, channels, crowd.each())
            .reading(crowd.reading(), 0);
    Audience audience = crowd.sessions() ? plain.withSessions() : plain;
    Duration before = ProcessTree.cpu(contender.pid());
    Report opened = lab.swarm().open(audience, clients);
    Duration cpu = ProcessTree.cpu(contender.pid()).minus(before);
    String what = contender.name() + ", " + clients + " clients";
    if (opened.live() < clients) {
      lab.swarm().end();
      throw new IOException(
          "%s: only %d came to life; connections ended: %s, errors: %s"
              .formatted(what, opened.live(), opened.ends(), opened.errors()));
    }
    Publisher publisher;
    try {
      publisher = contender.publisher();
    } catch (IOException | RuntimeException e) {
      lab.swarm().end();
      throw e;
    }
    return new Session(
        lab, contender, opened, new Ledger(prefix, channels), publisher, crowd, what, cpu);
  }

  /// How long it took until all clients were live.
  Duration opening() {
    return Duration.ofMillis(opened.tookMs());
  }

  /// The server's processor time for that.
  Duration openingCpu() {
    return openingCpu;
  }

  /// Publishes until a delivery no longer gets cheaper for the server: its code is compiled then,
  /// and its pools are filled. For [#LEAST_WARMING_STEPS], since compilers wait before they begin,
  /// and at most [#WARMING_STEPS]; before that, once for each process, many publications that
  /// nobody hears, because what a publication costs once is run far less often than what each
  /// delivery does.
  ///
  /// @param deliveriesPerSecond of all clients together
  void warm(double deliveriesPerSecond) throws IOException {
    if (lab.isNew(contender.pid())) {
      publishUnheard(lab.effort().warming().multipliedBy(2));
    }
    double least = Double.POSITIVE_INFINITY;
    int noCheaper = 0;
    for (int i = 0; i < LEAST_WARMING_STEPS || (i < WARMING_STEPS && noCheaper < 2); i++) {
      double cost = run(deliveriesPerSecond, lab.effort().warming()).serverMicrosPerDelivery();
      noCheaper = cost > least * STILL_FALLING ? noCheaper + 1 : 0;
      least = Math.min(least, cost);
    }
  }

  private void publishUnheard(Duration duration) throws IOException {
    int count = Math.toIntExact(UNHEARD_A_SECOND * duration.toMillis() / 1_000);
    CountDownLatch outcomes = new CountDownLatch(count);
    Publisher.Outcome counted =
        new Publisher.Outcome() {
          @Override
          public void acknowledged(long offset) {
            outcomes.countDown();
          }

          @Override
          public void failed(String why) {
            outcomes.countDown(); // nobody waits for it
          }
        };
    long start = System.nanoTime();
    for (int i = 0; i < count; i++) {
      publisher.publish("unheard", UNHEARD, counted);
      long due = start + (i + 1) * 1_000_000_000L / UNHEARD_A_SECOND;
      LockSupport.parkNanos(due - System.nanoTime());
    }
    try {
      if (!outcomes.await(OUTCOMES.toSeconds(), TimeUnit.SECONDS)) {
        throw new IOException(what + ": publications without an outcome: " + outcomes.getCount());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Publishes at a pace and waits for the last arrival.
  ///
  /// @param deliveriesPerSecond of all clients together
  Outcome run(double deliveriesPerSecond, Duration duration) throws IOException {
    return sound(attempt(deliveriesPerSecond, duration, LAST_DELIVERY));
  }

  /// As [#run], but that it was too much is no fault.
  ///
  /// @param limit how long to wait for the last arrival after the last publication
  Outcome attempt(double deliveriesPerSecond, Duration duration, Duration limit)
      throws IOException {
    double perSecond = deliveriesPerSecond / readers();
    return measured(() -> load.run(perSecond, duration), limit);
  }

  /// As [#run], for as long as something else goes on.
  Outcome during(double deliveriesPerSecond, BooleanSupplier goesOn) throws IOException {
    double perSecond = deliveriesPerSecond / readers();
    return sound(measured(() -> load.during(perSecond, goesOn), LAST_DELIVERY));
  }

  private long readers() {
    return subscribers - stopped;
  }

  private Outcome measured(Supplier<Load.Done> loading, Duration limit) throws IOException {
    Report before = lab.swarm().measure();
    Duration serverBefore = ProcessTree.cpu(contender.pid());
    long start = System.nanoTime();
    Load.Done done = loading.get();
    long expected = done.publications() * readers();
    owed += done.publications() * stopped;
    long deadline = System.nanoTime() + limit.toNanos();
    while (lab.swarm().count().received() < expected && System.nanoTime() < deadline) {
      pause();
    }
    Report after = lab.swarm().ask();
    Duration serverCpu = ProcessTree.cpu(contender.pid()).minus(serverBefore);
    boolean complete = after.received() >= expected;
    long last = complete ? after.lastAt() : System.nanoTime();
    return new Outcome(
        after.received(),
        complete,
        Duration.ofNanos(Math.max(0, last - done.lastDue())),
        serverCpu,
        Duration.ofNanos(after.cpuNs() - before.cpuNs()),
        Duration.ofNanos(last - start),
        after.latencies(),
        after.ended() - before.ended());
  }

  private Outcome sound(Outcome it) {
    if (!it.complete() || it.ended() > 0) {
      lab.findings()
          .fault(
              "%s: of a load that anybody could bear, %d deliveries arrived%s, and %d connections ended"
                  .formatted(what, it.deliveries(), it.complete() ? "" : ", not all", it.ended()));
    }
    return it;
  }

  /// Of one channel for all: those that stop when they are told to, see
  /// [Audience.Reading#STOPPING], no longer read. Loads are for the others from now on.
  void stopReading() throws IOException {
    lab.swarm().stopReading();
    stopped = Audience.stopping((int) subscribers);
  }

  /// They read again; waits until they have everything, and whoever does not get it, or was closed,
  /// is a fault.
  ///
  /// @return how long that took
  Duration readAgain(Duration limit) throws IOException {
    long start = System.nanoTime();
    Report before = lab.swarm().readAgain();
    long expected = before.received() + owed;
    Report now = lab.swarm().count();
    while (now.received() < expected && System.nanoTime() - start < limit.toNanos()) {
      pause();
      now = lab.swarm().count();
    }
    if (now.received() < expected || now.ended() > 0) {
      lab.findings()
          .fault(
              "%s: of %d deliveries to who had not read, %d came within %d s; connections ended: %s"
                  .formatted(
                      what,
                      owed,
                      now.received() - before.received(),
                      limit.toSeconds(),
                      now.ends()));
    }
    stopped = 0;
    owed = 0;
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /// Everybody is cut, and while they are away it is published; waits until they have it all, for a
  /// minute at most. May be done by another thread that nobody else uses this session beside;
  /// [#sound] judges what came of it.
  ///
  /// @param meanwhile done when Kafka has all of it; may outlast the absence
  Returned missed(Absence absence, Runnable meanwhile) throws IOException {
    Duration away = absence.away();
    Report before = lab.swarm().measure();
    long cut = System.nanoTime();
    CompletableFuture<Published> publishing =
        CompletableFuture.supplyAsync(() -> published(absence, meanwhile), Session::inAThread);
    Report back = lab.swarm().cut(1, away);
    Published published = publishing.join();
    long expected = published.publications() * subscribers;
    long deadline = System.nanoTime() + CATCHING_UP.toNanos();
    while (lab.swarm().count().received() < expected && System.nanoTime() < deadline) {
      pause();
    }
    Report after = lab.swarm().ask();
    return new Returned(
        Duration.ofMillis(back.tookMs()).minus(away),
        Duration.ofNanos(Math.max(0, after.lastAt() - cut - away.toNanos())),
        after.received(),
        expected,
        late(published, after),
        Duration.ofNanos(after.cpuNs() - before.cpuNs()),
        after);
  }

  private record Published(long publications, long at) {}

  private static Duration late(Published published, Report after) {
    boolean nobodyCame = after.connectingAt() == 0;
    return nobodyCame
        ? Duration.ZERO
        : Duration.ofNanos(Math.max(0, published.at() - after.connectingAt()));
  }

  private Published published(Absence absence, Runnable meanwhile) {
    Load.Done done = load.run(absence.perSecond(), absence.publishing());
    var _ = load.awaitOutcomes(OUTCOMES); // judged in the end
    long at = System.nanoTime();
    meanwhile.run();
    return new Published(done.publications(), at);
  }

  /// For what goes on beside the rest and waits: the common pool has one thread on two cores.
  static void inAThread(Runnable task) {
    Thread.ofPlatform().daemon().name("beside").start(task);
  }

  /// That some have not got what they missed, or have not missed it, is a fault.
  Returned sound(Returned it) {
    if (it.deliveries() < it.expected()) {
      lab.findings()
          .fault(
              "%s: of %d missed deliveries %d came within %d s; connections ended: %s"
                  .formatted(
                      what,
                      it.expected(),
                      it.deliveries(),
                      CATCHING_UP.toSeconds(),
                      it.report().ends()));
    }
    if (it.late().isPositive()) {
      lab.findings()
          .fault(
              "%s: what was to be missed was published until %d ms after the first came back"
                  .formatted(what, it.late().toMillis()));
    }
    return it;
  }

  private static void pause() throws IOException {
    pause(BETWEEN_QUESTIONS);
  }

  /// Before the next question.
  static void pause(Duration howLong) throws IOException {
    try {
      Thread.sleep(howLong);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Judges and ends the audience.
  @Override
  public void close() throws IOException {
    try {
      if (!load.awaitOutcomes(OUTCOMES) && !Thread.currentThread().isInterrupted()) {
        lab.findings().fault(what + ": publishes without an outcome: " + ledger.waiting());
      }
      if (ledger.failed() > 0) {
        lab.findings().fault(what + ": publishes failed: " + load.failures());
      }
      lastWord();
    } finally {
      lab.swarm().end();
      publisher.close();
    }
  }

  /// What is still on its way may arrive before anything is called wrong.
  private void lastWord() throws IOException {
    long deadline = System.nanoTime() + LAST_DELIVERY.toNanos();
    List<Long> published = ledger.published();
    List<String> wrong = wrong(lab.swarm().finish(published));
    while (!wrong.isEmpty() && System.nanoTime() < deadline) {
      pause();
      wrong = wrong(lab.swarm().finish(published));
    }
    wrong.forEach(it -> lab.findings().fault(what + ": " + it));
  }

  private List<String> wrong(Report last) {
    List<String> wrong = new ArrayList<>();
    if (!last.errors().isEmpty()) {
      wrong.add("clients were told " + last.errors());
    }
    if (last.live() < last.clients() - mayBeAway) {
      wrong.add("of %d clients %d are live".formatted(last.clients(), last.live()));
    }
    Stream.concat(
            last.violations().stream().flatMap(it -> ledger.judge(it).stream()),
            last.claims().stream().flatMap(it -> ledger.judge(it).stream()))
        .limit(FAULTS_SHOWN)
        .forEach(it -> wrong.add(it.text()));
    return wrong;
  }

  /// Clients are closed all the time, and come back; so many may be away when this is judged.
  void someAreAway(int most) {
    mayBeAway = most;
  }

  /// Whoever was closed meanwhile costs nothing any more.
  void requireAllLive() throws IOException {
    Report now = lab.swarm().count();
    if (now.live() < now.clients()) {
      throw new IOException(what + ": only " + now.live() + " are live: " + now.ends());
    }
  }

  // for scenarios that need more than a load

  /// A channel's name.
  String channel(int number) {
    return ledger.name(number);
  }

  Load load() {
    return load;
  }
}
