package io.sluice.gateway.edge;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.auth.Claims;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.NodeCommandJson;
import io.sluice.gateway.cluster.Told;
import io.sluice.gateway.cluster.Whose;
import io.sluice.gateway.protocol.Command.Since;
import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.Ending;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Does on this node's connections what all nodes were told. Any thread may call, and none waits:
/// each connection is worked on by its own loop, in the order of the calls.
///
/// A connection whose connect is being answered is not among them: for it, it is as if it had
/// connected a moment later. Only a revocation reaches it ([Connection#connected]), and that its
/// session has lost a channel ([LatelyCommanded]).
public final class NodeCommands {
  private static final Logger log = LoggerFactory.getLogger(NodeCommands.class);

  private final EdgeContext context;

  /// @param context whose users' connections these are
  public NodeCommands(EdgeContext context) {
    this.context = context;
  }

  /// Hears from now on what nodes are told. Before the node joins.
  public void listenTo(Told told) {
    NodeCommandJson.TYPES.forEach(type -> told.on(type, this::told));
    told.onRevoked(revocation -> revoked(revocation.user()));
  }

  /// Executes what a node said, as [NodeCommandJson] writes it. What cannot be understood is
  /// dropped: who wants something of its client is told what is wrong before anybody else is.
  private void told(JsonNode what) {
    NodeCommand command;
    try {
      command = NodeCommandJson.read(what);
    } catch (IllegalArgumentException e) {
      log.warn("a command of another node is not understood reason={}", e.getMessage());
      return;
    }
    execute(command);
  }

  /// Executes a command.
  void execute(NodeCommand command) {
    context.lately().told(command); // first: who is not found here yet looks there afterwards
    switch (command) {
      case NodeCommand.Disconnect c -> {
        Ending why =
            c.code() == 0 ? Disconnect.FORCE_NO_RECONNECT : new Ending.Custom(c.code(), c.reason());
        each(
            c.whose(),
            connection -> {
              if (!c.keep().contains(connection.id())) {
                connection.end(why);
              }
            });
      }
      case NodeCommand.Subscribe c -> {
        Optional<Since> since = c.since().map(at -> new Since(at.epoch(), at.offset()));
        each(
            c.whose(),
            connection -> connection.subscriptions().byServer().subscribe(c.channel(), since));
      }
      case NodeCommand.Unsubscribe c ->
          each(
              c.whose(),
              connection -> connection.subscriptions().byServer().unsubscribe(c.channel()));
      case NodeCommand.Refresh c -> each(c.whose(), connection -> refresh(connection, c.end()));
    }
  }

  /// Ends the connections of a user that live by a token which is revoked now.
  ///
  /// @param user whose tokens were revoked, in part or all
  private void revoked(String user) {
    each(
        Whose.all(user),
        connection -> {
          if (context.verifier().isRevoked(connection.claims())) {
            connection.end(Disconnect.INVALID_TOKEN);
          }
        });
  }

  /// SDKs ask for the next token at the time they were told first; until then, and for clients
  /// without commands, this is the end that counts.
  private void refresh(Connection connection, Instant end) {
    if (!end.isAfter(context.clock().instant())) {
      connection.end(Disconnect.EXPIRED);
      return;
    }
    Claims claims = connection.claims();
    connection.renew(claims.until(end));
    connection.reply(
        connection.replies().refreshPush(connection.form(), connection.secondsUntil(end)));
    connection.flush();
  }

  private void each(Whose whose, Consumer<Connection> work) {
    for (Connection connection : context.users().of(whose.user())) {
      if (!whose.client().isEmpty() && !whose.client().equals(connection.id())) {
        continue;
      }
      connection
          .channel()
          .eventLoop()
          .execute(() -> {
            if (!connection.ended() && isMeant(whose, connection)) {
              work(connection, work);
            }
          });
    }
  }

  private static boolean isMeant(Whose whose, Connection connection) {
    return whose.session().isEmpty()
        || connection.sessionName().filter(whose.session()::equals).isPresent();
  }

  private static void work(Connection connection, Consumer<Connection> work) {
    try {
      work.accept(connection);
    } catch (RuntimeException e) {
      connection.failed("a command", e);
    }
  }
}
