package io.sluice.gateway.edge;

import io.sluice.broker.Newest;
import io.sluice.broker.PositionPlan;
import java.util.Optional;

/// What a client's position means where only newest values count (`mode: state`). Any position will
/// do: it only says which value the client has. Pure.
///
/// @param has up to where its client has everything, in the window's lineage; 0: it cannot show
///   anything
/// @param empty whether its client has no value, and knows of none
/// @param beyondEnd whether it lies beyond the log's end
record NewestVerdict(long has, boolean empty, boolean beyondEnd) {
  /// Of a client without a position.
  static final NewestVerdict NO_POSITION = new NewestVerdict(0, true, false);

  /// @param offset the client's
  /// @param plan what it means in the window
  /// @param logEnd where the log ended, where that had to be found out
  static NewestVerdict of(long offset, PositionPlan plan, Optional<Long> logEnd) {
    boolean comparable = !plan.equals(new PositionPlan.Unrecoverable(PositionPlan.Reason.EPOCH));
    boolean beyondEnd = plan instanceof PositionPlan.Ahead && logEnd.orElse(-1L) < offset;
    return new NewestVerdict(comparable && !beyondEnd ? offset : 0, offset == 0, beyondEnd);
  }

  /// Whether what the client has, with what it is given now, is certainly the channel's state. It
  /// is not where a value that the client may have was deleted since: nothing tells it so.
  boolean recovered(Newest newest) {
    return !beyondEnd
        && switch (newest) {
          case Newest.Value _ -> true;
          case Newest.None(long since) -> empty || isUnchanged(since);
          case Newest.Unknown(var _, long since) -> isUnchanged(since);
        };
  }

  private boolean isUnchanged(long since) {
    return has > 0 && has >= since;
  }

  /// The verdict as metrics have it.
  ///
  /// @param given whether the newest value was, or will be
  RecoveryVerdict metric(Newest newest, boolean given) {
    if (beyondEnd) {
      return RecoveryVerdict.unrecoverable(PositionPlan.Reason.BEYOND_END);
    }
    if (recovered(newest)) {
      return given ? RecoveryVerdict.NEWEST : RecoveryVerdict.NOTHING_MISSED;
    }
    return newest instanceof Newest.None
        ? RecoveryVerdict.NO_VALUE
        : RecoveryVerdict.NEWEST_UNKNOWN;
  }
}
