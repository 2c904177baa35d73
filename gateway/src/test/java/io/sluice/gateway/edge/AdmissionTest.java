package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.EdgeConfig;
import java.net.InetAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Limits with a given clock.
final class AdmissionTest {
  private static final InetAddress STRANGER = address("192.0.2.1");

  /// Near the end of the clock's range, which overflows.
  private final AtomicLong now = new AtomicLong(Long.MAX_VALUE - 1_000);

  private final EdgeMetrics metrics = new EdgeMetrics(new SimpleMeterRegistry());
  private final Overload overload = new Overload(new SimpleMeterRegistry());

  private Admission admission(Map<String, String> settings) {
    return new Admission(edge(settings), metrics, overload, now::get);
  }

  private static EdgeConfig edge(Map<String, String> settings) {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "sluice.kafka.bootstrap-servers", "kafka:9092",
                "sluice.api.key", "k-1",
                "sluice.tokens.anonymous", "true"));
    settings.forEach((key, value) -> all.put("sluice.edge." + key, value));
    return ConfigLoader.parse("", Map.of(), all).edge();
  }

  private static InetAddress address(String text) {
    return InetAddress.ofLiteral(text);
  }

  @Test
  void handshakesComeAsFastAsTheBurstAndThenAsFastAsTheRate() {
    Admission admission = admission(Map.of("handshakes-per-second", "10", "handshake-burst", "3"));
    for (int i = 0; i < 3; i++) {
      assertThat(admission.judge(STRANGER)).isEmpty();
    }
    assertThat(admission.judge(STRANGER)).contains(Refusal.HANDSHAKE_RATE);
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(99));
    assertThat(admission.judge(STRANGER)).contains(Refusal.HANDSHAKE_RATE);
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
    assertThat(admission.judge(STRANGER)).isEmpty();
    assertThat(admission.judge(STRANGER)).contains(Refusal.HANDSHAKE_RATE);
    now.addAndGet(TimeUnit.HOURS.toNanos(1));
    for (int i = 0; i < 3; i++) {
      assertThat(admission.judge(STRANGER)).as("no more than the burst is saved up").isEmpty();
    }
    assertThat(admission.judge(STRANGER)).contains(Refusal.HANDSHAKE_RATE);
  }

  /// At one a second and a thousand at once, it would take 1,000 s until all are there again.
  @Test
  void aRateThatIsChangedHoldsAtOnceAlsoWhereTheOldOneWasUsedUp() {
    Admission admission =
        admission(Map.of("handshakes-per-second", "1", "handshake-burst", "1000"));
    for (int i = 0; i < 1_000; i++) {
      assertThat(admission.judge(STRANGER)).isEmpty();
    }
    admission.take(edge(Map.of("handshakes-per-second", "10", "handshake-burst", "3")));
    assertThat(admission.judge(STRANGER)).contains(Refusal.HANDSHAKE_RATE);
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(100));
    assertThat(admission.judge(STRANGER)).isEmpty();
    assertThat(admission.judge(STRANGER)).contains(Refusal.HANDSHAKE_RATE);
  }

  @Test
  void whoHasTooMuchToDoLetsNobodyInAndTakesNoToken() {
    Admission admission = admission(Map.of("handshakes-per-second", "1", "handshake-burst", "1"));
    overload.set(ShedLevel.HANDSHAKES, Instant.EPOCH);
    assertThat(admission.judge(STRANGER)).contains(Refusal.OVERLOAD);
    overload.set(ShedLevel.NONE, Instant.EPOCH);
    assertThat(admission.judge(STRANGER)).isEmpty();
  }

  @Test
  void peersOnThisMachineAreNotLimitedUnlessAskedFor() {
    Map<String, String> one =
        Map.of(
            "handshakes-per-second", "1",
            "handshake-burst", "1",
            "max-connections-per-address", "1");
    for (String loopback : new String[] {"127.0.0.1", "127.9.9.9", "::1"}) {
      Admission admission = admission(one);
      for (int i = 0; i < 5; i++) {
        assertThat(admission.addressArrived(address(loopback))).isEmpty();
        assertThat(admission.judge(address(loopback))).isEmpty();
      }
    }
    Map<String, String> asked = new HashMap<>(one);
    asked.put("limit-loopback", "true");
    Admission strict = admission(asked);
    assertThat(strict.addressArrived(address("::1"))).isEmpty();
    assertThat(strict.judge(address("::1"))).isEmpty();
    assertThat(strict.judge(address("::1"))).contains(Refusal.HANDSHAKE_RATE);
    assertThat(strict.addressArrived(address("::1"))).isEmpty();
    assertThat(strict.judge(address("::1"))).contains(Refusal.ADDRESS);
    assertThat(strict.addressArrived(address("::1"))).contains(Refusal.ADDRESS);
  }

  @Test
  void ipv6AddressesCountBySlash64() {
    Admission admission =
        admission(Map.of("handshakes-per-second", "0", "max-connections-per-address", "1"));
    assertThat(admission.addressArrived(address("2001:db8:0:1::1"))).isEmpty();
    assertThat(admission.judge(address("2001:db8:0:1::1"))).isEmpty();
    assertThat(admission.addressArrived(address("2001:db8:0:1:ffff::2"))).isEmpty();
    assertThat(admission.judge(address("2001:db8:0:1:ffff::2"))).contains(Refusal.ADDRESS);
    assertThat(admission.addressArrived(address("2001:db8:0:2::1"))).isEmpty();
    assertThat(admission.judge(address("2001:db8:0:2::1"))).as("the next network").isEmpty();
    admission.addressLeft(address("2001:db8:0:1::1"));
    assertThat(admission.judge(address("2001:db8:0:1:ffff::2"))).as("one has gone").isEmpty();
  }

  @Test
  void oneThatIsToEndAnotherOfItsUserMayComeBeforeThatOneHasGone() {
    Admission admission = admission(Map.of("max-connections-per-user", "2"));
    assertThat(admission.userArrived("ann", false)).isTrue();
    assertThat(admission.userArrived("ann", false)).isTrue();
    assertThat(admission.userArrived("ann", false)).isFalse();
    assertThat(admission.userArrived("ann", true)).isTrue();
    assertThat(admission.userArrived("ann", true)).as("one, not more").isFalse();
    admission.userLeft("ann");
    assertThat(admission.userArrived("ann", false)).as("the other has gone").isFalse();
    assertThat(admission.userArrived("ann", true)).isTrue();
  }

  @Test
  void zeroMeansNoLimit() {
    Admission admission =
        admission(
            Map.of(
                "handshakes-per-second", "0",
                "handshake-burst", "1",
                "max-connections-per-address", "0",
                "max-connections-per-user", "0"));
    for (int i = 0; i < 5; i++) {
      assertThat(admission.addressArrived(STRANGER)).isEmpty();
      assertThat(admission.judge(STRANGER)).isEmpty();
      assertThat(admission.userArrived("ann", false)).isTrue();
    }
  }

  @Test
  void theRoomForThoseTurnedAwayIsGivenBack() {
    Admission admission = admission(Map.of("max-turned-away", "1"));
    assertThat(admission.mayWait()).isTrue();
    assertThat(admission.mayWait()).isFalse();
    admission.waited();
    assertThat(admission.mayWait()).isTrue();
  }

  @Test
  void connectionsAreNotAmongThePendingSockets() {
    Admission admission = admission(Map.of("max-pending", "1", "max-turned-away", "0"));
    assertThat(admission.socketOpened()).isEmpty();
    assertThat(admission.socketOpened()).contains(Refusal.PENDING);
    admission.socketClosed();
    metrics.opened();
    assertThat(admission.socketOpened()).isEmpty();
  }

  @Test
  void anAddressHasAShareOfThePendingSockets() {
    Admission admission = admission(Map.of("max-pending", "20", "max-turned-away", "0"));
    for (int i = 0; i < 2; i++) { // a tenth, if nothing else is asked for
      assertThat(admission.addressArrived(STRANGER)).isEmpty();
    }
    assertThat(admission.addressArrived(STRANGER)).contains(Refusal.PENDING_ADDRESS);
    admission.settled(STRANGER); // that one was cut
    assertThat(admission.addressArrived(address("192.0.2.2"))).as("another").isEmpty();
    admission.settled(STRANGER); // a connection by now
    assertThat(admission.addressArrived(STRANGER)).isEmpty();
  }

  @Test
  void thereAreThreeSignaturesForAConnectionThatMayBeginAndHalfOfThemForOneAddress() {
    Admission admission = admission(Map.of("handshakes-per-second", "10", "handshake-burst", "2"));
    InetAddress other = address("192.0.2.2");
    for (int i = 0; i < 3; i++) {
      assertThat(admission.maySign(STRANGER)).isTrue();
    }
    assertThat(admission.maySign(STRANGER)).as("its half").isFalse();
    for (int i = 0; i < 3; i++) {
      assertThat(admission.maySign(other)).isTrue();
    }
    assertThat(admission.maySign(address("192.0.2.3"))).as("beyond all").isFalse();
    assertThat(admission.maySign(address("127.0.0.1"))).isTrue();
    assertThat(admission.judge(STRANGER)).as("what it was signed for").isEmpty();
    now.addAndGet(TimeUnit.MILLISECONDS.toNanos(200));
    assertThat(admission.maySign(STRANGER)).isTrue();
  }

  @Test
  void tablesForgetWhoHoldsNothing() {
    Tally<String> tally = new Tally<>();
    assertThat(tally.add("a")).isEqualTo(1);
    assertThat(tally.add("a")).isEqualTo(2);
    assertThat(tally.add("b")).isEqualTo(1);
    tally.remove("a");
    tally.remove("b");
    assertThat(tally.of("a")).isEqualTo(1);
    assertThat(tally.keys()).isEqualTo(1);
  }

  @ParameterizedTest
  @CsvSource({
    "192.0.2.7, 192.0.2.7",
    "255.255.255.255, 255.255.255.255",
    "::ffff:192.0.2.7, 192.0.2.7",
    "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
    "::1, 0:0:0:0:0:0:0:0/64",
  })
  void blocksAreWrittenAsPeopleWriteThem(String address, String block) {
    assertThat(AddressBlock.of(address(address))).hasToString(block);
  }

  @Test
  void aConnectionAtTwiceItsRateIsRefusedAndAtMoreThanThatClosed() {
    Admission admission = admission(Map.of("commands-per-second", "10", "command-burst", "200"));
    CommandRate twice = admission.commandRate();
    for (int i = 0; i < 2_000; i++) {
      now.addAndGet(TimeUnit.MILLISECONDS.toNanos(50));
      assertThat(admission.judge(twice)).isNotEqualTo(CommandRate.Verdict.CLOSE);
    }
    CommandRate faster = admission.commandRate();
    int run = 0;
    int refused = 0;
    CommandRate.Verdict verdict = admission.judge(faster);
    while (verdict != CommandRate.Verdict.CLOSE) {
      run += verdict == CommandRate.Verdict.RUN ? 1 : 0;
      refused += verdict == CommandRate.Verdict.REFUSE ? 1 : 0;
      verdict = admission.judge(faster);
    }
    assertThat(run).isEqualTo(200);
    assertThat(refused).isEqualTo(200);
  }
}
