package io.sluice.gateway.protocol;

import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// What a client asks for. `id` is above 0 wherever a reply is due.
@SuppressWarnings("ArrayRecordComponent") // commands are never compared
public sealed interface Command {
  /// The number the reply carries.
  int id();

  /// The first command of a connection.
  ///
  /// @param token empty when there is none
  /// @param data raw JSON the application sent along
  /// @param subs server-side subscriptions to resume, by channel
  /// @param filters by which publications of some of them are chosen, by channel, as the client
  ///   wrote them
  /// @param joinLeave those of which it wants to be told who comes and goes
  record Connect(
      int id,
      String token,
      Optional<byte[]> data,
      Map<String, Since> subs,
      Map<String, byte[]> filters,
      Set<String> joinLeave,
      String name,
      String version)
      implements Command {}

  /// Asks for a channel.
  ///
  /// @param token grants the channel, whatever its namespace says; empty when there is none
  /// @param since the position to recover from
  /// @param flag bits, of which 2 is known: refuse with error 112 rather than go on without what
  ///   was missed
  /// @param delta the kind of patches it can apply; empty: none
  /// @param filter by which publications are chosen, as the client wrote it
  /// @param joinLeave whether it wants to be told who comes and goes
  record Subscribe(
      int id,
      String channel,
      String token,
      Optional<Since> since,
      long flag,
      String delta,
      Optional<byte[]> filter,
      boolean joinLeave)
      implements Command {
    /// Without patches, a filter or joins.
    public Subscribe(int id, String channel, String token, Optional<Since> since, long flag) {
      this(id, channel, token, since, flag, "", Optional.empty(), false);
    }
  }

  /// Gives a channel up.
  record Unsubscribe(int id, String channel) implements Command {}

  /// Publishes to a channel.
  ///
  /// @param data raw JSON
  record Publish(int id, String channel, byte[] data) implements Command {}

  /// Brings a new token.
  record Refresh(int id, String token) implements Command {}

  /// Brings a new token for a channel.
  record SubRefresh(int id, String channel, String token) implements Command {}

  /// A ping asked for by the client.
  record Ping(int id) implements Command {}

  /// The answer to the server's ping: an empty object.
  record Pong() implements Command {
    @Override
    public int id() {
      return 0;
    }
  }

  /// Calls a method of the application.
  ///
  /// @param data as the client wrote it; may be empty
  record Rpc(int id, String method, byte[] data) implements Command {}

  /// A message for which no reply is due.
  record Send(byte[] data) implements Command {
    @Override
    public int id() {
      return 0;
    }
  }

  /// Asks for a channel's past.
  ///
  /// @param limit most publications; 0: only where the log is; below 0: as many as fit
  /// @param since where to begin; none: at the oldest, or, in reverse, the newest
  /// @param reverse newest first
  record History(int id, String channel, int limit, Optional<Since> since, boolean reverse)
      implements Command {}

  /// Asks who is subscribed to a channel.
  record Presence(int id, String channel) implements Command {}

  /// Asks how many are.
  record PresenceStats(int id, String channel) implements Command {}

  /// A position presented by a client.
  ///
  /// @param epoch as it was told; may be empty
  /// @param offset as it was told; 0 when left out, since zero values are omitted
  record Since(String epoch, long offset) {}
}
