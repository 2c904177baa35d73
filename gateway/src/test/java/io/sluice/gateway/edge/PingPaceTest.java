package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.config.ConfigLoader;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class PingPaceTest {
  private static final AddressRange HOME = new AddressRange(0x0a0000, 32);
  private static final AddressRange OTHER = new AddressRange(0x0a0001, 32);

  private final PingPace pace = pace("10s", "60s");

  private static PingPace pace(String min, String max) {
    return PingPace.of(
        ConfigLoader.parse(
                """
                edge.ping-interval: 30s
                edge.ping-interval-min: %s
                edge.ping-interval-max: %s
                kafka.bootstrap-servers: x:1
                api.key: k
                tokens.anonymous: true
                """
                    .formatted(min, max),
                Map.of(),
                Map.of())
            .edge());
  }

  private void answers(int count) {
    for (int i = 0; i < count; i++) {
      pace.answered(HOME);
    }
  }

  @Test
  void anIntervalGrowsWhereConnectionsLiveUpToTheBound() {
    answers(PingPace.FIRST_RISE - 1);
    assertThat(pace.intervalMs(HOME)).isEqualTo(30_000);
    answers(1);
    assertThat(pace.intervalMs(HOME)).isEqualTo(37_500);
    answers(1_000);
    assertThat(pace.intervalMs(HOME)).isEqualTo(60_000);
    assertThat(pace.intervalMs(OTHER)).as("nothing is known of it").isEqualTo(30_000);
  }

  @Test
  void anIntervalShrinksAfterSilentLossesDownToTheBound() {
    pace.lost(HOME);
    assertThat(pace.intervalMs(HOME)).isEqualTo(15_000);
    pace.lost(HOME);
    pace.lost(HOME);
    assertThat(pace.intervalMs(HOME)).isEqualTo(10_000);
  }

  @Test
  void afterALossTheNextRiseTakesTwiceAsManyAnswers() {
    pace.lost(HOME);
    answers(2 * PingPace.FIRST_RISE - 1);
    assertThat(pace.intervalMs(HOME)).isEqualTo(15_000);
    answers(1);
    assertThat(pace.intervalMs(HOME)).isEqualTo(18_750);
  }

  @Test
  void equalBoundsTurnItOffAndRememberNobody() {
    PingPace fixed = pace("30s", "30s");
    fixed.lost(HOME);
    assertThat(fixed.intervalMs(HOME)).isEqualTo(30_000);
    assertThat(fixed.size()).isZero();
  }

  @Test
  void theRangesRememberedAreBoundedAndTheOneUnusedForLongestGoes() {
    pace.lost(HOME);
    for (int i = 1; i < 3 * PingPace.MAX_RANGES; i++) {
      pace.lost(new AddressRange(i, 128));
      pace.intervalMs(HOME);
    }
    assertThat(pace.size()).isEqualTo(PingPace.MAX_RANGES);
    assertThat(pace.intervalMs(HOME)).isEqualTo(15_000);
    assertThat(pace.intervalMs(new AddressRange(1, 128))).isEqualTo(30_000);
  }

  @Test
  void addressesOfA24OrA48AreOneRange() throws Exception {
    assertThat(range("192.0.2.1")).isEqualTo(range("192.0.2.255"));
    assertThat(range("192.0.2.1")).isNotEqualTo(range("192.0.3.1"));
    assertThat(range("2001:db8:1::1")).isEqualTo(range("2001:db8:1:ffff::9"));
    assertThat(range("2001:db8:1::1")).isNotEqualTo(range("2001:db8:2::1"));
    assertThat(range("::c000:0201")).isNotEqualTo(range("0.0.0.1"));
  }

  private static AddressRange range(String address) throws UnknownHostException {
    return AddressRange.of(InetAddress.getByName(address));
  }
}
