package io.sluice.gateway.edge;

import io.sluice.broker.PositionPlan.Reason;
import java.util.Locale;

/// What became of a position that a client came back with: verdict, source and reason, as metrics
/// have them.
///
/// @param verdict `recovered`, `nothing-missed` or `unrecoverable`
/// @param source where what was missed comes from: `window`, `kafka`, `newest` (the newest value
///   alone), or `none`
/// @param reason why it could not be recovered, or `none`
record RecoveryVerdict(String verdict, String source, String reason) {
  private static final String NONE = "none";

  /// The position is where the log ends.
  static final RecoveryVerdict NOTHING_MISSED = new RecoveryVerdict("nothing-missed", NONE, NONE);

  /// The client had seen more than this node.
  static final RecoveryVerdict AHEAD = new RecoveryVerdict("recovered", NONE, "ahead");

  static final RecoveryVerdict FROM_WINDOW = new RecoveryVerdict("recovered", "window", NONE);

  static final RecoveryVerdict FROM_KAFKA = new RecoveryVerdict("recovered", "kafka", NONE);

  /// The channel's newest value, which is all that counts in `mode: state`.
  static final RecoveryVerdict NEWEST = new RecoveryVerdict("recovered", "newest", NONE);

  /// The channel has no value any more.
  static final RecoveryVerdict NO_VALUE = new RecoveryVerdict("unrecoverable", NONE, "no-value");

  /// Its newest value is not known for certain.
  static final RecoveryVerdict NEWEST_UNKNOWN =
      new RecoveryVerdict("unrecoverable", NONE, "newest-unknown");

  static RecoveryVerdict unrecoverable(Reason why) {
    return new RecoveryVerdict(
        "unrecoverable", NONE, why.name().toLowerCase(Locale.ROOT).replace('_', '-'));
  }
}
