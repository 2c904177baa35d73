package io.sluice.gateway.fuzz;

import com.google.protobuf.ByteString;
import io.github.centrifugal.centrifuge.internal.protocol.Protocol;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/// Commands of the client protocol in Protocol Buffers, right and wrong.
final class CommandMessages {
  private static final String[] CHANNELS = {
    "a",
    "b",
    "c",
    "d",
    "keyless",
    "text:a",
    "closed:x",
    "unknown:x",
    "",
    ":",
    "ü€😀",
    "x".repeat(300)
  };

  private static final String[] DATA = {
    "{\"n\":1}", "null", "\"x\"", "", "{", "{} {}", "\u0000", "[1]\n", "z".repeat(5_000)
  };

  private final List<String> goodTokens;
  private final List<String> badTokens;

  CommandMessages(List<String> goodTokens, List<String> badTokens) {
    this.goodTokens = goodTokens;
    this.badTokens = badTokens;
  }

  byte[] connect(Chance chance) {
    return frame(connect(goodTokens, chance).setId(1).build());
  }

  private static Protocol.Command.Builder connect(List<String> tokens, Chance chance) {
    Protocol.ConnectRequest.Builder request =
        Protocol.ConnectRequest.newBuilder().setToken(tokens.get(chance.below(tokens.size())));
    if (chance.oneIn(3)) {
      request.setData(
          ByteString.copyFromUtf8(
              chance.of(
                  "{\"session\":\"s" + chance.below(5) + "\"}", "{\"session\":1}", "{", "x")));
    }
    return Protocol.Command.newBuilder().setConnect(request);
  }

  /// The payload of a binary frame.
  byte[] next(Chance chance) {
    Protocol.Command[] several = new Protocol.Command[chance.between(1, chance.oneIn(10) ? 60 : 3)];
    for (int i = 0; i < several.length; i++) {
      several[i] = command(chance);
    }
    byte[] bytes = frame(several);
    return chance.oneIn(12) ? Mutations.of(bytes, frame(command(chance)), chance) : bytes;
  }

  private static byte[] frame(Protocol.Command... commands) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      for (Protocol.Command command : commands) {
        command.writeDelimitedTo(out);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return out.toByteArray();
  }

  private Protocol.Command command(Chance chance) {
    Protocol.Command.Builder command = request(chance);
    if (!chance.oneIn(40)) {
      command.setId(chance.oneIn(40) ? -1 : chance.between(1, 9));
    }
    if (chance.oneIn(60)) {
      command.setPing(Protocol.PingRequest.getDefaultInstance()); // perhaps a second one
    }
    return command.build();
  }

  private Protocol.Command.Builder request(Chance chance) {
    Protocol.Command.Builder command = Protocol.Command.newBuilder();
    String channel = chance.of(CHANNELS);
    return switch (chance.below(14)) {
      case 0, 1, 2, 3 -> command.setSubscribe(subscribe(channel, chance));
      case 4 ->
          command.setUnsubscribe(Protocol.UnsubscribeRequest.newBuilder().setChannel(channel));
      case 5, 6 ->
          command.setPublish(
              Protocol.PublishRequest.newBuilder()
                  .setChannel(channel)
                  .setData(ByteString.copyFromUtf8(chance.of(DATA))));
      case 7 -> command.setHistory(Protocol.HistoryRequest.newBuilder().setChannel(channel));
      case 8 -> command.setPresence(Protocol.PresenceRequest.newBuilder().setChannel(channel));
      case 9 ->
          command.setRpc(Protocol.RPCRequest.newBuilder().setData(ByteString.copyFromUtf8("x")));
      case 10 ->
          command.setSend(Protocol.SendRequest.newBuilder().setData(ByteString.copyFromUtf8("x")));
      case 11 ->
          command.setRefresh(
              Protocol.RefreshRequest.newBuilder()
                  .setToken(
                      chance.oneIn(2)
                          ? goodTokens.getFirst()
                          : badTokens.get(chance.below(badTokens.size()))));
      case 12 -> chance.oneIn(5) ? connect(badTokens, chance) : command;
      default -> command.setPing(Protocol.PingRequest.getDefaultInstance());
    };
  }

  private static Protocol.SubscribeRequest.Builder subscribe(String channel, Chance chance) {
    Protocol.SubscribeRequest.Builder request =
        Protocol.SubscribeRequest.newBuilder().setChannel(channel);
    if (chance.oneIn(3)) {
      request
          .setRecover(true)
          .setEpoch(chance.of("", "x", "epoch-1"))
          .setOffset(chance.of(0L, 1L, 5L, Long.MAX_VALUE, -1L));
    }
    return request;
  }
}
