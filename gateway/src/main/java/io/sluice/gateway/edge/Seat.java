package io.sluice.gateway.edge;

import io.sluice.gateway.auth.Claims;
import org.jspecify.annotations.Nullable;

/// A connection's place among those of its user, who may have only so many, and none for a while
/// after having been closed for not reading again and again. Confined to the connection's loop.
final class Seat {
  private final Connection connection;
  private @Nullable String user;

  Seat(Connection connection) {
    this.connection = connection;
  }

  /// Whether this client was closed for not reading so often that it may not come back yet.
  ///
  /// @param who whom its token names
  boolean mustWait(Claims who) {
    return !who.user().isEmpty() && connection.context().slowCloses().mustWait(slowKey(who.user()));
  }

  /// Its user's client was closed for not reading.
  ///
  /// @param opened when it came, by [System#nanoTime]
  void tooSlow(String whose, long opened) {
    connection.context().slowCloses().closed(slowKey(whose), opened);
  }

  /// A user's other devices are not to blame.
  private String slowKey(String whose) {
    return connection.address() + ' ' + whose;
  }

  /// Counts as one of a user's connections from now on, however often its connect is refused and
  /// tried again.
  ///
  /// @param instead whether it is to end another one of the user's
  /// @return whether the user may have one more
  boolean take(String whose, boolean instead) {
    if (whose.equals(user)) {
      return true;
    }
    leave();
    EdgeContext context = connection.context();
    if (!context.admission().userArrived(whose, instead)) {
      context.metrics().refused(Refusal.USER);
      return false;
    }
    user = whose;
    return true;
  }

  /// Counts no more. Again without effect.
  void leave() {
    if (user != null) {
      connection.context().admission().userLeft(user);
      user = null;
    }
  }
}
