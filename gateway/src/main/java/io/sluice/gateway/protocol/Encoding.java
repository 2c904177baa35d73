package io.sluice.gateway.protocol;

import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import java.util.List;
import java.util.Optional;

/// How commands are read, and replies and pushes written. A client chooses one for its connection.
/// Pure.
public enum Encoding {
  /// Text: objects, one a line.
  JSON {
    @Override
    public List<Command> commands(byte[] frame) throws BadFrameException {
      return JsonCommands.decode(frame);
    }

    @Override
    public byte[] ping() {
      return JsonReplies.ping();
    }

    @Override
    public byte[] done(int id, Done method) {
      return JsonReplies.done(id, method);
    }

    @Override
    public byte[] error(int id, ErrorCode error, String message) {
      return JsonReplies.error(id, error, message);
    }

    @Override
    public byte[] subscribed(int id, SubscribeResult result) {
      return JsonReplies.subscribed(id, result);
    }

    @Override
    public byte[] connected(int id, ConnectResult result) {
      return JsonReplies.connected(id, result);
    }

    @Override
    public byte[] refreshed(int id, String client, String version, long ttlSeconds) {
      return JsonReplies.refreshed(id, client, version, ttlSeconds);
    }

    @Override
    public byte[] called(int id, byte[] data) {
      return JsonReplies.called(id, data);
    }

    @Override
    public byte[] subRefreshed(int id, long ttlSeconds) {
      return JsonReplies.subRefreshed(id, ttlSeconds);
    }

    @Override
    public byte[] publicationPush(
        WireForm form, String channel, Publication publication, Positioned positioned) {
      return JsonReplies.publicationPush(form, channel, publication, positioned);
    }

    @Override
    public byte[] deltaPayload(Publication publication) {
      return JsonReplies.dataText(publication);
    }

    @Override
    public byte[] deltaPush(
        WireForm form,
        String channel,
        Publication publication,
        Positioned positioned,
        DeltaData data) {
      return JsonReplies.deltaPush(form, channel, publication, positioned, data);
    }

    @Override
    public byte[] unsubscribePush(WireForm form, String channel, int code, String reason) {
      return JsonReplies.unsubscribePush(form, channel, code, reason);
    }

    @Override
    public byte[] disconnectPush(WireForm form, Disconnect why) {
      return JsonReplies.disconnectPush(form, why);
    }

    @Override
    public Optional<byte[]> payload(PayloadKind kind, byte[] data) {
      return ClientPayload.ofJson(kind, data);
    }
  },
  /// Binary: messages of Protocol Buffers, each behind its length.
  PROTOBUF {
    @Override
    public List<Command> commands(byte[] frame) throws BadFrameException {
      return ProtobufCommands.decode(frame);
    }

    @Override
    public byte[] ping() {
      return ProtobufReplies.ping();
    }

    @Override
    public byte[] done(int id, Done method) {
      return ProtobufReplies.done(id, method);
    }

    @Override
    public byte[] error(int id, ErrorCode error, String message) {
      return ProtobufReplies.error(id, error, message);
    }

    @Override
    public byte[] subscribed(int id, SubscribeResult result) {
      return ProtobufReplies.subscribed(id, result);
    }

    @Override
    public byte[] connected(int id, ConnectResult result) {
      return ProtobufReplies.connected(id, result);
    }

    @Override
    public byte[] refreshed(int id, String client, String version, long ttlSeconds) {
      return ProtobufReplies.refreshed(id, client, version, ttlSeconds);
    }

    @Override
    public byte[] called(int id, byte[] data) {
      return ProtobufReplies.called(id, data);
    }

    @Override
    public byte[] subRefreshed(int id, long ttlSeconds) {
      return ProtobufReplies.subRefreshed(id, ttlSeconds);
    }

    @Override
    public byte[] publicationPush(
        WireForm form, String channel, Publication publication, Positioned positioned) {
      return ProtobufReplies.publicationPush(channel, publication, positioned);
    }

    @Override
    public byte[] deltaPayload(Publication publication) {
      return ProtobufReplies.data(publication);
    }

    @Override
    public byte[] deltaPush(
        WireForm form,
        String channel,
        Publication publication,
        Positioned positioned,
        DeltaData data) {
      return ProtobufReplies.deltaPush(channel, publication, positioned, data);
    }

    @Override
    public byte[] unsubscribePush(WireForm form, String channel, int code, String reason) {
      return ProtobufReplies.unsubscribePush(channel, code, reason);
    }

    @Override
    public byte[] disconnectPush(WireForm form, Disconnect why) {
      return ProtobufReplies.disconnectPush(why);
    }

    @Override
    public Optional<byte[]> payload(PayloadKind kind, byte[] data) {
      return ClientPayload.ofBytes(kind, data);
    }
  };

  /// Reads a frame.
  ///
  /// @throws BadFrameException when anything in the frame is no command; then none of it counts
  public abstract List<Command> commands(byte[] frame) throws BadFrameException;

  /// The server's ping.
  public abstract byte[] ping();

  /// The reply of a command that says no more than that it was done.
  public abstract byte[] done(int id, Done method);

  /// The reply of a command that failed.
  public byte[] error(int id, ErrorCode error) {
    return error(id, error, error.message());
  }

  /// The reply of a command that failed, with a text that says more than the code.
  public abstract byte[] error(int id, ErrorCode error, String message);

  /// The reply of a subscribe.
  public abstract byte[] subscribed(int id, SubscribeResult result);

  /// The reply of a connect.
  public abstract byte[] connected(int id, ConnectResult result);

  /// The reply of a refresh.
  ///
  /// @param client this connection's id
  /// @param version the server's version
  /// @param ttlSeconds until the new token expires; 0: never
  public abstract byte[] refreshed(int id, String client, String version, long ttlSeconds);

  /// The reply of an rpc.
  ///
  /// @param data of this encoding: JSON, or any bytes; empty: none
  public abstract byte[] called(int id, byte[] data);

  /// The reply of a sub_refresh.
  ///
  /// @param ttlSeconds until the new token expires; 0: never
  public abstract byte[] subRefreshed(int id, long ttlSeconds);

  /// A publication.
  ///
  /// @param form of this encoding
  /// @param channel the full name
  /// @param positioned whether the subscriber is told offsets
  public abstract byte[] publicationPush(
      WireForm form, String channel, Publication publication, Positioned positioned);

  /// A publication's data as subscribers with deltas have it: what patches lead from and to.
  public abstract byte[] deltaPayload(Publication publication);

  /// A publication for subscribers with deltas.
  ///
  /// @param data instead of the publication's own
  public abstract byte[] deltaPush(
      WireForm form,
      String channel,
      Publication publication,
      Positioned positioned,
      DeltaData data);

  /// Tells a client that a subscription ended. From code 2500 on SDKs subscribe again.
  public abstract byte[] unsubscribePush(WireForm form, String channel, int code, String reason);

  /// Tells a client that cannot see close codes why its connection ends.
  public abstract byte[] disconnectPush(WireForm form, Disconnect why);

  /// From what a client publishes to the value of a record.
  ///
  /// @return nothing when the namespace's values cannot be written so
  public abstract Optional<byte[]> payload(PayloadKind kind, byte[] data);
}
