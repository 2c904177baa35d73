package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.HistoryQuery.Order;
import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.HistoryResult;
import java.util.List;
import java.util.concurrent.CompletionStage;

/// A connection's questions for the past. Confined to the loop.
final class Histories {
  private static final PeerLog peers = PeerLog.of(Histories.class);

  /// Questions of one connection that may be under way; an answer may take a quarter of a mebibyte.
  private static final int MAX_IN_FLIGHT = 8;

  private final Connection connection;
  private int inFlight;

  Histories(Connection connection) {
    this.connection = connection;
  }

  void ask(Command.History c) {
    switch (connection.context().namespaces().resolve(c.channel())) {
      case Resolution.Unknown _ -> connection.error(c.id(), ErrorCode.UNKNOWN_CHANNEL);
      case Resolution.Invalid _ -> connection.error(c.id(), ErrorCode.BAD_REQUEST);
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        boolean subscribed = connection.subscriptions().has(c.channel());
        if (!policy.history() || policy.isSpread(channel.key())) {
          connection.error(c.id(), ErrorCode.NOT_AVAILABLE);
        } else if (!Permissions.may(policy.read(), connection.authenticated(), subscribed)) {
          connection.error(c.id(), ErrorCode.PERMISSION_DENIED);
        } else if (inFlight == MAX_IN_FLIGHT
            || connection.context().overload().sheds(ShedLevel.HISTORY)) {
          connection.error(c.id(), ErrorCode.TOO_MANY_REQUESTS);
        } else {
          ask(c, channel, policy);
        }
      }
    }
  }

  private void ask(Command.History c, ChannelName channel, NamespaceConfig policy) {
    HistoryQuery query =
        new HistoryQuery(
            c.since().map(s -> new Position(s.epoch(), s.offset())),
            c.limit(),
            c.reverse() ? Order.REVERSE : Order.FORWARD);
    CompletionStage<History> asked =
        connection.context().bridge().history(channel, query, policy.replay());
    inFlight++;
    connection.onLoop(
        asked,
        history -> {
          inFlight--;
          answer(c.id(), history);
        },
        failure -> {
          inFlight--;
          peers.warn("a channel's past could not be read channel={}", channel, failure);
          connection.error(c.id(), ErrorCode.INTERNAL);
        });
  }

  private void answer(int id, History history) {
    switch (history) {
      case History.Page(Position top, List<Publication> publications) ->
          connection.reply(
              connection
                  .replies()
                  .history(id, new HistoryResult(top.epoch(), top.offset(), publications)));
      case History.Unrecoverable() -> connection.error(id, ErrorCode.UNRECOVERABLE_POSITION);
      case History.Busy() -> connection.error(id, ErrorCode.TOO_MANY_REQUESTS);
      case History.Unanswered() -> connection.error(id, ErrorCode.INTERNAL);
    }
  }
}
