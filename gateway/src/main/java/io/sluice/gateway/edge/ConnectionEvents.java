package io.sluice.gateway.edge;

import io.sluice.broker.SessionEvent;
import io.sluice.broker.SessionEvent.Hold;
import io.sluice.broker.SessionEvent.Life;
import io.sluice.broker.SessionEvent.Who;
import io.sluice.gateway.protocol.Disconnect;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What services are told of a user's connection: how it began, and how it ended. Keeps nothing, so
/// that an idle connection costs no more for it than the time of its beginning. Confined to the
/// connection's loop; never waits.
final class ConnectionEvents {
  /// The code of an end that the client was not told.
  static final int CUT = 0;

  /// What [#began] answers for a connection without a user, of which nobody is told.
  static final long UNTOLD = 0;

  private ConnectionEvents() {}

  /// Tells that a connect was answered.
  ///
  /// @param hold its session, if it has one
  /// @return when, milliseconds since 1970; to be given to [#ended]
  static long began(Connection connection, @Nullable SessionHold hold) {
    if (!connection.authenticated()) {
      return UNTOLD;
    }
    Instant now = now(connection);
    Who who = who(connection, hold);
    note(
        connection,
        hold != null && hold.resumed()
            ? new SessionEvent.Resumed(who, now)
            : new SessionEvent.Connected(who, now));
    return now.toEpochMilli();
  }

  /// Tells that it has ended, unless nobody was told of its beginning. Once.
  ///
  /// @param began what that answered
  static void ended(
      Connection connection, @Nullable SessionHold hold, long began, int code, String reason) {
    if (began == UNTOLD) {
      return;
    }
    Life life =
        new Life(
            code,
            reason,
            Instant.ofEpochMilli(began),
            connection.intake().commands(),
            connection.deliveries().taken());
    Who who = who(connection, hold);
    note(
        connection,
        code == Disconnect.TAKEN_OVER.code()
            ? new SessionEvent.TakenOver(who, now(connection), life)
            : new SessionEvent.Disconnected(who, now(connection), life));
  }

  private static Who who(Connection connection, @Nullable SessionHold hold) {
    return new Who(
        connection.claims().user(),
        connection.id(),
        connection.context().nodeId(),
        hold == null ? Optional.empty() : Optional.of(new Hold(hold.name(), hold.generation())));
  }

  private static void note(Connection connection, SessionEvent event) {
    connection.context().events().note(event);
  }

  private static Instant now(Connection connection) {
    return connection.context().clock().instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
