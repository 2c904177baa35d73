package io.sluice.standalone.doctor;

import java.time.Duration;

/// How far another clock is from this machine's. Tokens are judged by the node's own, retention and
/// replays by times that producers and brokers write. Pure.
final class Skew {
  private static final Duration MUCH = Duration.ofSeconds(1);
  private static final Duration TOO_MUCH = Duration.ofSeconds(5);

  private Skew() {}

  /// @param whose clock
  /// @param ahead of this machine's; negative = behind
  static Finding judge(String whose, Duration ahead) {
    Duration apart = ahead.abs();
    String said =
        "%s is %.1f s %s this machine's"
            .formatted(
                whose, apart.toMillis() / 1_000.0, ahead.isNegative() ? "behind" : "ahead of");
    String fix = "have NTP set both (such as chrony), then look again";
    if (apart.compareTo(TOO_MUCH) > 0) {
      return Finding.error(CheckNames.CLOCK, said, fix);
    }
    return apart.compareTo(MUCH) > 0
        ? Finding.warning(CheckNames.CLOCK, said, fix)
        : Finding.ok(CheckNames.CLOCK, "%s agrees with this machine's".formatted(whose));
  }
}
