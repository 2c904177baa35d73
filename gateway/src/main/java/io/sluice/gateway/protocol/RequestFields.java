package io.sluice.gateway.protocol;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// The fields of any request, whichever it is and however it was written, and the command they
/// make. Not thread-safe.
final class RequestFields {
  String channel = "";
  String token = "";
  String epoch = "";
  String name = "";
  String version = "";
  String method = "";
  String delta = "";
  long offset;
  long flag;
  boolean recover;
  long limit;
  boolean reverse;
  boolean joinLeave;
  String badField = "";
  Optional<Command.Since> historySince = Optional.empty();
  Optional<byte[]> data = Optional.empty();
  Optional<byte[]> filter = Optional.empty();
  final Map<String, Command.Since> subs = new HashMap<>(0);
  final Map<String, byte[]> filters = new HashMap<>(0);
  final Set<String> joinLeaves = new HashSet<>(0);

  /// The command.
  ///
  /// @param kind the name of its field; empty when there was none
  Command command(int id, String kind) throws BadFrameException {
    if (id == 0 && !kind.equals("send")) {
      throw new BadFrameException("a command without an id");
    }
    return switch (kind) {
      case "connect" -> connect(id);
      case "subscribe" ->
          new Command.Subscribe(id, named(), token, since(), flag, delta, filter, joinLeave);
      case "unsubscribe" -> new Command.Unsubscribe(id, named());
      case "publish" ->
          new Command.Publish(
              id, named(), data.orElseThrow(() -> new BadFrameException("a publish without data")));
      case "refresh" -> new Command.Refresh(id, token);
      case "ping" -> new Command.Ping(id);
      case "send" -> new Command.Send(data.orElse(new byte[0]));
      case "sub_refresh" -> new Command.SubRefresh(id, named(), token);
      case "history" -> history(id);
      case "presence" -> new Command.Presence(id, named());
      case "presence_stats" -> new Command.PresenceStats(id, named());
      case "rpc" -> new Command.Rpc(id, method, data.orElse(new byte[0]));
      default -> throw new BadFrameException("an unknown command");
    };
  }

  private Command history(int id) throws BadFrameException {
    if (!badField.isEmpty()) {
      throw new BadFrameException("'" + badField + "' of a history is of the wrong kind");
    }
    int most = Math.clamp(limit, Integer.MIN_VALUE, Integer.MAX_VALUE);
    return new Command.History(id, named(), most, historySince, reverse);
  }

  Command.Connect connect(int id) {
    return new Command.Connect(
        id,
        token,
        data,
        Map.copyOf(subs),
        Map.copyOf(filters),
        Set.copyOf(joinLeaves),
        name,
        version);
  }

  /// One of a connect's subscriptions. Without recover there is no position; the empty epoch says
  /// so.
  void sub(String name, RequestFields sub) {
    subs.put(name, sub.since().orElse(new Command.Since("", 0)));
    sub.filter.ifPresentOrElse(filter -> filters.put(name, filter), () -> filters.remove(name));
    if (sub.joinLeave) {
      joinLeaves.add(name);
    } else {
      joinLeaves.remove(name);
    }
  }

  /// The position to recover from, which counts only if recovery was asked for.
  Optional<Command.Since> since() {
    return recover ? Optional.of(new Command.Since(epoch, offset)) : Optional.empty();
  }

  private String named() throws BadFrameException {
    if (channel.isEmpty()) {
      throw new BadFrameException("an empty channel name");
    }
    return channel;
  }
}
