package io.sluice.gateway.edge;

import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.auth.TokenVerdict;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.ErrorCode;

/// A client brings a new token for its connection: it must be the same user's. Confined to the
/// loop.
final class Refreshing {
  private final Connection connection;
  private final Command.Refresh command;

  private Refreshing(Connection connection, Command.Refresh command) {
    this.connection = connection;
    this.command = command;
  }

  /// Looks at the token and answers.
  static void start(Connection connection, Command.Refresh command) {
    Refreshing it = new Refreshing(connection, command);
    connection.onLoop(
        connection.context().verifier().verify(command.token()),
        it::judged,
        failure -> connection.failed("refresh", failure));
  }

  private void judged(TokenVerdict verdict) {
    switch (verdict) {
      case TokenVerdict.Valid(Claims fresh)
          when fresh.user().equals(connection.claims().user()) && fresh.channel().isEmpty() ->
          taken(fresh);
      case TokenVerdict.Valid _ -> connection.end(Disconnect.INVALID_TOKEN);
      case TokenVerdict.Expired() -> connection.error(command.id(), ErrorCode.TOKEN_EXPIRED);
      case TokenVerdict.Invalid(String reason) -> connection.badToken(reason);
      case TokenVerdict.Busy() -> connection.error(command.id(), ErrorCode.TOO_MANY_REQUESTS);
    }
  }

  private void taken(Claims fresh) {
    connection.renew(fresh);
    long ttl = fresh.expires().map(connection::secondsUntil).orElse(0L);
    connection.reply(
        connection
            .replies()
            .refreshed(command.id(), connection.id(), connection.context().version(), ttl));
  }
}
