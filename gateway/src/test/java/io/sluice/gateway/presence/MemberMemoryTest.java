package io.sluice.gateway.presence;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.OwnJvm;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// The bound in `Presence.MEMBER_BYTES`, and that numbers are found without reading members.
@Tag("full")
final class MemberMemoryTest {
  /// With a channel of its own.
  private static final double MOST_ALONE = 320;

  @Test
  void aHundredThousandMembersCostLittle() throws Exception {
    Map<String, Double> measured =
        new HashMap<>(OwnJvm.measured(MemberMemoryMain.class, MemberMemoryMain.ALONE));
    measured.putAll(OwnJvm.measured(MemberMemoryMain.class, MemberMemoryMain.TOGETHER));
    System.out.println("presence: " + measured);
    assertThat(measured.get(MemberMemoryMain.TOGETHER))
        .isBetween(Presence.MEMBER_BYTES / 2.0, (double) Presence.MEMBER_BYTES);
    assertThat(measured.get(MemberMemoryMain.ALONE))
        .isBetween((double) Presence.MEMBER_BYTES, MOST_ALONE);
    assertThat(measured.get(MemberMemoryMain.STATS_MICROS)).isLessThan(1_000);
  }
}
