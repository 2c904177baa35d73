package io.sluice.gateway.protocol;

import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import java.util.List;

/// How replies and pushes are written in one encoding. Pure.
public interface Replies {
  /// The server's ping.
  byte[] ping();

  /// The reply of a command that says no more than that it was done.
  byte[] done(int id, Done method);

  /// The reply of a command that failed.
  default byte[] error(int id, ErrorCode error) {
    return error(id, error, error.message());
  }

  /// The reply of a command that failed, with a text that says more than the code.
  byte[] error(int id, ErrorCode error, String message);

  /// The reply of a subscribe.
  byte[] subscribed(int id, SubscribeResult result);

  /// The reply of a history.
  byte[] history(int id, HistoryResult result);

  /// The reply of a presence.
  byte[] presence(int id, List<ClientInfo> members);

  /// The reply of a presence_stats.
  ///
  /// @param clients how many are subscribed
  /// @param users how many different users they are
  byte[] presenceStats(int id, long clients, long users);

  /// Tells a subscriber who came or went.
  byte[] joinLeave(WireForm form, JoinLeave what);

  /// The reply of a connect.
  byte[] connected(int id, ConnectResult result);

  /// The reply of a refresh.
  ///
  /// @param client this connection's id
  /// @param version the server's version
  /// @param ttlSeconds until the new token expires; 0: never
  byte[] refreshed(int id, String client, String version, long ttlSeconds);

  /// The reply of an rpc.
  ///
  /// @param data of this encoding: JSON, or any bytes; empty: none
  byte[] called(int id, byte[] data);

  /// The reply of a sub_refresh.
  ///
  /// @param ttlSeconds until the new token expires; 0: never
  byte[] subRefreshed(int id, long ttlSeconds);

  /// A publication.
  ///
  /// @param form of this encoding
  /// @param channel the full name
  /// @param positioned whether the subscriber is told offsets
  byte[] publicationPush(
      WireForm form, String channel, Publication publication, Positioned positioned);

  /// A publication's data as subscribers with deltas have it: what patches lead from and to.
  byte[] deltaPayload(Publication publication);

  /// A publication for subscribers with deltas.
  ///
  /// @param data instead of the publication's own
  byte[] deltaPush(
      WireForm form,
      String channel,
      Publication publication,
      Positioned positioned,
      DeltaData data);

  /// Tells a client where it stands on a channel that it was subscribed to by the server.
  default byte[] subscribePush(WireForm form, String channel, Position at) {
    return subscribePush(
        form,
        channel,
        new SubscribeResult(true, true, at.epoch(), at.offset(), Recovery.NONE, List.of()));
  }

  /// Tells a client that the server subscribed it.
  ///
  /// @param result of which publications and recovery are not told: there is no place for them
  byte[] subscribePush(WireForm form, String channel, SubscribeResult result);

  /// Tells a client until when it may stay.
  ///
  /// @param ttlSeconds from now on; 0: for ever
  byte[] refreshPush(WireForm form, long ttlSeconds);

  /// Tells a client that a subscription ended. From code 2500 on SDKs subscribe again.
  byte[] unsubscribePush(WireForm form, String channel, int code, String reason);

  /// Tells a client that cannot see close codes why its connection ends.
  byte[] disconnectPush(WireForm form, Ending why);
}
