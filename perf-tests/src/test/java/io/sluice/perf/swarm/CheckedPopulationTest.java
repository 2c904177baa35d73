package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.perf.check.Ledger;
import io.sluice.perf.check.Violation;
import io.sluice.perf.swarm.FaultyServer.Fault;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// A server that breaks a promise is caught, each promise in its own test; one that breaks none is
/// not.
final class CheckedPopulationTest {
  private static final int CLIENTS = 3;
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final int FEW = 20;

  private final Worker worker = new Worker();

  @AfterEach
  void end() {
    worker.close();
  }

  @Test
  void aServerThatKeepsItsPromisesIsNotAccused() throws Exception {
    try (FaultyServer server = open(Fault.NONE)) {
      server.publish(FEW);
      Report report = comesBackAfterMissing(server, FEW);

      assertThat(report.violations()).isEmpty();
      assertThat(report.missing()).isZero();
      assertThat(report.received()).isEqualTo((long) CLIENTS * 2 * FEW);
      assertThat(report.verdicts())
          .isEqualTo(Map.of("fresh", (long) CLIENTS, "recovered", (long) CLIENTS));
      assertThat(report.errors()).isEmpty();
      assertThat(report.latencies().getTotalCount()).isEqualTo((long) CLIENTS * FEW);
      assertThat(report.recoveryTimes().getTotalCount()).isEqualTo((long) CLIENTS * FEW);
      assertThat(report.recoveryTimes().getMaxValue()).isLessThan(LIMIT.toNanos() / 1_000);
    }
  }

  @Test
  void aDroppedPublicationIsAGap() throws Exception {
    assertThat(afterPublishing(Fault.DROPS))
        .hasSize(CLIENTS)
        .allSatisfy(it -> {
          assertThat(it.fault()).isEqualTo(Violation.Fault.GAP);
          assertThat(it.first()).isEqualTo(5);
          assertThat(it.text()).contains("channel 'c0': 5 is missing; it saw [1@2, 2@3, 3@4, 4@5]");
        });
  }

  @Test
  void aRepeatedPublicationIsADuplicate() throws Exception {
    assertThat(afterPublishing(Fault.DUPLICATES))
        .hasSize(CLIENTS)
        .allMatch(it -> it.fault() == Violation.Fault.DUPLICATE && it.first() == 5);
  }

  @Test
  void twoPublicationsTheWrongWayRoundAreReordered() throws Exception {
    assertThat(afterPublishing(Fault.REORDERS))
        .hasSize(CLIENTS)
        .allMatch(it -> it.fault() == Violation.Fault.REORDERED && it.first() == 5);
  }

  @Test
  void anOffsetThatStepsBackIsReordered() throws Exception {
    assertThat(afterPublishing(Fault.STEPS_BACK))
        .hasSize(CLIENTS)
        .allMatch(it -> it.fault() == Violation.Fault.REORDERED && it.first() == 5);
  }

  @Test
  void recoveredTrueWithAHoleIsAFalseVerdict() throws Exception {
    try (FaultyServer server = open(Fault.RECOVERS_IN_PART)) {
      server.publish(FEW);
      Report report = comesBackAfterMissing(server, FEW);

      assertThat(report.violations())
          .hasSize(CLIENTS)
          .allMatch(it -> it.fault() == Violation.Fault.FALSE_VERDICT && it.first() == FEW);
    }
  }

  @Test
  void recoveredTrueWithNothingIsAFalseVerdictWhenSomethingWasMissed() throws Exception {
    try (FaultyServer server = open(Fault.CLAIMS_NOTHING_WAS_MISSED)) {
      server.publish(FEW);
      Report report = comesBackAfterMissing(server, FEW);

      assertThat(report.missing()).isEqualTo((long) CLIENTS * FEW);
      assertThat(report.violations())
          .hasSize(CLIENTS)
          .allMatch(it -> it.fault() == Violation.Fault.FALSE_VERDICT && it.last() == 2 * FEW - 1);
    }
  }

  @Test
  void whoIsToldThatSomethingIsMissingHasNothingToComplainOf() throws Exception {
    try (FaultyServer server = open(Fault.FORGETS_AND_SAYS_SO)) {
      server.publish(FEW);
      Report report = comesBackAfterMissing(server, FEW);
      server.publish(FEW);
      awaitReceived(2L * CLIENTS * FEW);

      assertThat(report.verdicts()).containsEntry("lost", (long) CLIENTS);
      assertThat(finish(server).violations()).isEmpty();
    }
  }

  @Test
  void aPublicationOfAnotherChannelIsNoticed() throws Exception {
    try (FaultyServer server = open(Fault.CONFUSES_CHANNELS)) {
      server.publish(FEW);
      awaitError("a publication of another channel");
    }
  }

  @Test
  void aPublicationBeforeTheReplyIsNoticed() throws Exception {
    try (FaultyServer server = open(Fault.PUSHES_BEFORE_THE_REPLY)) {
      server.publish(FEW);
      awaitReceived((long) CLIENTS * FEW);
      var _ = worker.carryOut(new Order.Cut(1, 0));
      awaitError("a publication of a channel before its subscribe was answered");
    }
  }

  @Test
  void whatIsMissingRightAfterASubscribeIsFoundByThePublishingSide() throws Exception {
    Ledger ledger = new Ledger("c", 1);
    try (FaultyServer server = open(Fault.MISSES_THE_FIRST_AFTER_A_SUBSCRIBE)) {
      publish(server, ledger, FEW);
      awaitReceived((long) CLIENTS * FEW);
      churnOnce();
      publish(server, ledger, FEW);
      awaitReceived((long) CLIENTS * (2 * FEW - 1));

      assertThat(finish(server).claims())
          .hasSizeGreaterThanOrEqualTo(CLIENTS)
          .allSatisfy(claim ->
              assertThat(ledger.judge(claim).map(Violation::text))
                  .hasValueSatisfying(text ->
                      assertThat(text).contains("was answered offset 20", "20@21 is missing")));
    }
  }

  @Test
  void whoIsGivenEverythingSinceItsSubscribeIsRight() throws Exception {
    Ledger ledger = new Ledger("c", 1);
    try (FaultyServer server = open(Fault.NONE)) {
      publish(server, ledger, FEW);
      awaitReceived((long) CLIENTS * FEW);
      churnOnce();
      assertThat(finish(server).claims()).allMatch(claim -> ledger.judge(claim).isEmpty());
      publish(server, ledger, FEW);
      awaitReceived(2L * CLIENTS * FEW);

      assertThat(finish(server).claims())
          .hasSizeGreaterThanOrEqualTo(CLIENTS)
          .allMatch(claim -> ledger.judge(claim).isEmpty());
    }
  }

  private static void publish(FaultyServer server, Ledger ledger, int count) {
    for (int i = 0; i < count; i++) {
      long n = ledger.begin(0);
      server.publish(1);
      ledger.acknowledged(0, n, n + 1);
    }
  }

  private void churnOnce() throws Exception {
    carryOut(new Order.Churn(100));
    await()
        .atMost(LIMIT)
        .untilAsserted(() ->
            assertThat(carryOut(new Order.Ask()).verdicts().get("fresh"))
                .isGreaterThanOrEqualTo(2 * CLIENTS));
    carryOut(new Order.Churn(0));
    await().atMost(LIMIT).until(() -> carryOut(new Order.Ask()).live() == CLIENTS);
  }

  private void awaitError(String text) {
    await()
        .atMost(LIMIT)
        .untilAsserted(() -> assertThat(carryOut(new Order.Ask()).errors()).containsKey(text));
  }

  @Test
  void whoDoesNotReadHasNothingAndWhoReadsSlowlyHasAllInTheEnd() throws Exception {
    try (FaultyServer server = new FaultyServer(Fault.NONE)) {
      Audience one = audience(server);
      open(one.reading(Audience.Reading.NEVER, 0), 1);
      server.publish(FEW);
      assertThat(carryOut(new Order.Ask()).received()).isZero();
      carryOut(new Order.Close());

      server.pad(500);
      open(one.fromAnywhere().reading(Audience.Reading.SLOW, 20_000), 1);
      long start = System.nanoTime();
      server.publish(FEW);
      awaitReceived(FEW);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .as("10 KB at 20 KB a second")
          .isGreaterThan(Duration.ofMillis(300));
    }
  }

  @Test
  void whoStopsReadingWhenToldHasTheRestAfterwards() throws Exception {
    try (FaultyServer server = new FaultyServer(Fault.NONE)) {
      open(audience(server).reading(Audience.Reading.STOPPING, 0), CLIENTS);
      server.publish(FEW);
      awaitReceived((long) CLIENTS * FEW);
      carryOut(new Order.StopReading());
      server.publish(FEW);
      awaitReceived((2L * CLIENTS - 1) * FEW);

      Report meanwhile = finish(server);
      assertThat(meanwhile.missing()).as("of one client in three").isEqualTo(FEW);
      assertThat(meanwhile.received()).isEqualTo((2L * CLIENTS - 1) * FEW);
      carryOut(new Order.ReadAgain());
      awaitReceived(2L * CLIENTS * FEW);
      Report all = finish(server);
      assertThat(all.missing()).isZero();
      assertThat(all.violations()).isEmpty();
      assertThat(all.ended()).isZero();
    }
  }

  @Test
  void whoLeavesAndComesBackBeginsAnew() throws Exception {
    try (FaultyServer server = open(Fault.NONE)) {
      server.publish(FEW);
      awaitReceived((long) CLIENTS * FEW);
      carryOut(new Order.Churn(100));
      await()
          .atMost(LIMIT)
          .untilAsserted(() ->
              assertThat(carryOut(new Order.Ask()).verdicts().get("fresh"))
                  .isGreaterThan(4 * CLIENTS));
      carryOut(new Order.Churn(0));
      await().atMost(LIMIT).until(() -> carryOut(new Order.Ask()).live() == CLIENTS);
      server.publish(FEW);
      awaitReceived(2L * CLIENTS * FEW);

      assertThat(finish(server).violations()).isEmpty();
    }
  }

  @Test
  void aServerThatIsNotThereIsReportedAndTriedAgain() throws Exception {
    Audience nobody;
    try (FaultyServer gone = new FaultyServer(Fault.NONE)) {
      nobody = audience(gone);
    }
    carryOut(new Order.Open(nobody, 0, 1, "127.0.1.1", /* limitMs= */ 100));
    await().atMost(LIMIT).until(() -> carryOut(new Order.Ask()).ended() > 1);

    Report report = carryOut(new Order.Ask());
    assertThat(report.live()).isZero();
    assertThat(report.ends().toString()).contains("unreachable");
  }

  private FaultyServer open(Fault fault) throws Exception {
    FaultyServer server = new FaultyServer(fault);
    open(audience(server), CLIENTS);
    return server;
  }

  private static Audience audience(FaultyServer server) {
    return Audience.of(List.of(server.edge()), "", "c", 1, 1);
  }

  private void open(Audience audience, int clients) throws Exception {
    Report opened = carryOut(new Order.Open(audience, 0, clients, "127.0.1.1", 10_000));
    assertThat(opened.live()).as(opened::toString).isEqualTo(clients);
  }

  private List<Violation> afterPublishing(Fault fault) throws Exception {
    try (FaultyServer server = open(fault)) {
      server.publish(FEW);
      awaitReceived((long) CLIENTS * (FEW - 1));
      await()
          .atMost(LIMIT)
          .untilAsserted(() -> assertThat(finish(server).violations()).hasSize(CLIENTS));
      return finish(server).violations();
    }
  }

  /// Everybody is cut, misses so many, and comes back.
  private Report comesBackAfterMissing(FaultyServer server, int count) throws Exception {
    awaitReceived((long) CLIENTS * server.published());
    server.shut(); // or the first is back before the last is seen to be gone
    var back = worker.carryOut(new Order.Cut(1, 0));
    await().atMost(LIMIT).until(() -> carryOut(new Order.Ask()).live() == 0);
    server.publish(count);
    server.open();
    back.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    return finish(server);
  }

  private void awaitReceived(long count) {
    await()
        .atMost(LIMIT)
        .untilAsserted(
            () -> assertThat(carryOut(new Order.Ask()).received()).isGreaterThanOrEqualTo(count));
  }

  private Report finish(FaultyServer server) throws Exception {
    return carryOut(new Order.Finish(List.of((long) server.published())));
  }

  private Report carryOut(Order order) throws Exception {
    // orders and reports cross processes as lines
    Order crossed = Order.read(Order.write(order));
    Report report = worker.carryOut(crossed).get(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    return Report.read(report.write());
  }
}
