package io.sluice.gateway.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.List;

/// Commands of the client protocol, right and wrong.
final class CommandLines {
  private static final String[] METHODS = {
    "subscribe", "subscribe", "subscribe", "unsubscribe", "publish", "publish", "ping", "send",
    "refresh", "rpc", "history", "presence", "presence_stats", "sub_refresh", "connect", "nonsense"
  };

  private static final String[] CHANNELS = {
    "a",
    "b",
    "c",
    "d",
    "e",
    "keyless",
    "text:a",
    "text:ü",
    "closed:x",
    "unknown:x",
    "",
    ":",
    "a:b:c",
    "\\u0000",
    "\\ud83d\\ude00",
    "$private",
    "x".repeat(300)
  };

  private static final String[] VALUES = {
    "null",
    "true",
    "false",
    "0",
    "-1",
    "1.5",
    "1e400",
    "-0",
    "9223372036854775807",
    "9223372036854775808",
    "99999999999999999999999999999999999999",
    "4294967296",
    "\"\"",
    "\"x\"",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\"ü€😀\"",
    "[]",
    "{}",
    "[[],{}]",
    "{\"a\":{\"a\":1}}",
    "{\"a\":1,\"a\":2}",
    "1" + "0".repeat(2_000),
    "\"" + "z".repeat(5_000) + "\"",
    "NaN",
    "'x'",
    "01",
    "{\"key\":\"a\",\"cmp\":\"ex\"}",
    "{\"op\":\"not\",\"nodes\":[{\"key\":\"a\",\"cmp\":\"in\",\"vals\":[\"\"]}]}"
  };

  private static final String[] FIELDS = {
    "id", "channel", "token", "data", "epoch", "offset", "flag", "recover", "subs", "name",
    "version", "delta", "tf"
  };

  private final List<String> goodTokens;
  private final List<String> badTokens;

  CommandLines(List<String> goodTokens, List<String> badTokens) {
    this.goodTokens = goodTokens;
    this.badTokens = badTokens;
  }

  String connect(Chance chance) {
    String token = goodTokens.get(chance.below(goodTokens.size()));
    String data = chance.oneIn(3) ? ",\"data\":{\"session\":\"s" + chance.below(5) + "\"}" : "";
    return "{\"id\":1,\"connect\":{\"token\":\"" + token + "\"" + data + "}}";
  }

  /// The payload of a text frame.
  byte[] next(Chance chance) {
    String frame =
        switch (chance.below(10)) {
          case 0 -> storm(chance);
          case 1 -> nested(chance);
          case 2 -> connect(chance) + "\n" + several(chance);
          default -> several(chance);
        };
    byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
    return chance.oneIn(12)
        ? Mutations.of(bytes, command(chance).getBytes(StandardCharsets.UTF_8), chance)
        : bytes;
  }

  private String several(Chance chance) {
    StringBuilder frame = new StringBuilder(command(chance));
    int more = chance.oneIn(10) ? chance.below(60) : chance.below(3);
    for (int i = 0; i < more; i++) {
      frame.append(chance.oneIn(30) ? chance.of("", ",", "\r\n", "\n\n", " ") : "\n");
      frame.append(command(chance));
    }
    return frame.toString();
  }

  /// The same channels over and over.
  private static String storm(Chance chance) {
    StringBuilder frame = new StringBuilder();
    int count = chance.between(50, 400);
    for (int i = 0; i < count; i++) {
      String channel = chance.of("a", "b", "text:a");
      String request =
          switch (chance.below(3)) {
            case 0 -> "subscribe\":{\"channel\":\"" + channel + "\"}";
            case 1 -> "unsubscribe\":{\"channel\":\"" + channel + "\"}";
            default -> "publish\":{\"channel\":\"" + channel + "\",\"data\":\"" + i + "\"}";
          };
      frame.append(i == 0 ? "" : "\n");
      frame.append("{\"id\":").append(i + 2).append(",\"").append(request).append('}');
    }
    return frame.toString();
  }

  private static String nested(Chance chance) {
    int depth = chance.of(3, 100, 499, 500, 501, 2_000, 10_000);
    String open = chance.of("[", "{\"a\":");
    String close = open.equals("[") ? "]" : "}";
    String data = open.repeat(depth) + "1" + (chance.oneIn(4) ? "" : close.repeat(depth));
    String method = chance.of("publish", "send", "rpc", "connect");
    return "{\"id\":2,\"" + method + "\":{\"channel\":\"a\",\"data\":" + data + "}}";
  }

  private String command(Chance chance) {
    if (chance.oneIn(40)) {
      return chance.of(
          "{}", "", "[]", "null", "\"\"", "{\"id\":1}", "{", "{}}", "\u0000{}", "\ufeff{}");
    }
    String method = chance.of(METHODS);
    StringBuilder object = new StringBuilder("{\"id\":");
    object.append(chance.oneIn(40) ? chance.of(VALUES) : Integer.toString(chance.between(1, 9)));
    object.append(",\"").append(method).append("\":");
    object.append(chance.oneIn(40) ? chance.of(VALUES) : request(method, chance));
    if (chance.oneIn(40)) {
      object.append(",\"").append(chance.of(METHODS)).append("\":{}");
    }
    return object.append('}').toString();
  }

  private String request(String method, Chance chance) {
    StringBuilder request =
        new StringBuilder("{\"channel\":\"").append(chance.of(CHANNELS)).append('"');
    switch (method) {
      case "publish" -> request.append(",\"data\":").append(data(chance));
      case "connect", "refresh" ->
          request.append(",\"token\":\"").append(token(chance)).append('"');
      case "subscribe" -> {
        if (chance.oneIn(3)) {
          request
              .append(",\"recover\":true,\"epoch\":\"")
              .append(chance.of("", "x", "epoch-1"))
              .append("\",\"offset\":")
              .append(chance.of("0", "1", "5", "9007199254740993", "9223372036854775807"));
        }
      }
      default -> {
        // the channel is all
      }
    }
    if (chance.oneIn(25)) {
      request.append(",\"").append(chance.of(FIELDS)).append("\":").append(chance.of(VALUES));
    }
    return request.append('}').toString();
  }

  private static String data(Chance chance) {
    return chance.oneIn(20) ? chance.of(VALUES) : "{\"n\":" + chance.below(1_000) + "}";
  }

  private String token(Chance chance) {
    List<String> from = chance.oneIn(2) ? goodTokens : badTokens;
    return from.get(chance.below(from.size()));
  }
}
