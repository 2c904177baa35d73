package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.presence.PresencePage;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.ErrorCode;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/// A connection's questions for who is there. Confined to the loop.
final class Presences {
  private static final PeerLog peers = PeerLog.of(Presences.class);

  /// Questions of one connection that may be under way; an answer may take a quarter of a mebibyte.
  private static final int MAX_IN_FLIGHT = 8;

  /// Bytes of an answer; SDK sockets refuse messages above 1 MiB.
  static final int MAX_ANSWER = 256 << 10;

  /// No more members fit: each takes 100 bytes at least.
  static final int MAX_MEMBERS = 2_600;

  private final Connection connection;
  private int inFlight;

  Presences(Connection connection) {
    this.connection = connection;
  }

  void ask(Command.Presence c) {
    if (may(c, c.channel())) {
      await(
          c,
          connection.context().presence().page(c.channel(), "", MAX_MEMBERS),
          page -> answer(c, page));
    }
  }

  private void answer(Command.Presence c, PresencePage page) {
    byte[] reply = page.more() ? null : connection.replies().presence(c.id(), page.members());
    if (reply == null || reply.length > MAX_ANSWER) {
      connection.error(
          c.id(),
          ErrorCode.LIMIT_EXCEEDED,
          "the members of '%.64s' do not fit into an answer of %d bytes; ask for presence_stats"
              .formatted(c.channel(), MAX_ANSWER));
    } else {
      connection.reply(reply);
    }
  }

  void ask(Command.PresenceStats c) {
    if (may(c, c.channel())) {
      await(
          c,
          connection.context().presence().counts(c.channel()),
          counts ->
              connection.reply(
                  connection.replies().presenceStats(c.id(), counts.clients(), counts.users())));
    }
  }

  private boolean may(Command c, String name) {
    switch (connection.context().namespaces().resolve(name)) {
      case Resolution.Unknown _ -> connection.error(c.id(), ErrorCode.UNKNOWN_CHANNEL);
      case Resolution.Invalid _ -> connection.error(c.id(), ErrorCode.BAD_REQUEST);
      case Resolution.Found(ChannelName _, NamespaceConfig policy) -> {
        boolean subscribed = connection.subscriptions().has(name);
        if (!policy.presence()) {
          connection.error(c.id(), ErrorCode.NOT_AVAILABLE);
        } else if (!Permissions.may(policy.read(), connection.authenticated(), subscribed)) {
          connection.error(c.id(), ErrorCode.PERMISSION_DENIED);
        } else if (inFlight == MAX_IN_FLIGHT
            || connection.context().overload().sheds(ShedLevel.HISTORY)) {
          connection.error(c.id(), ErrorCode.TOO_MANY_REQUESTS);
        } else {
          return true;
        }
      }
    }
    return false;
  }

  private <T> void await(Command c, CompletionStage<T> answer, Consumer<T> then) {
    inFlight++;
    connection.onLoop(
        answer,
        found -> {
          inFlight--;
          then.accept(found);
        },
        failure -> {
          inFlight--;
          peers.warn("who is there could not be found out", failure);
          connection.error(c.id(), ErrorCode.INTERNAL);
        });
  }
}
