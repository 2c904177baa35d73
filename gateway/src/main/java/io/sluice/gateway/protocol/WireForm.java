package io.sluice.gateway.protocol;

/// How a push looks on the wire. What is encoded for one connection of a form serves all of them.
public enum WireForm {
  /// A `Reply` with a push, for bidirectional clients.
  JSON("{\"push\":", "}"),
  /// A bare `Push`, for unidirectional WebSockets.
  JSON_UNI("", ""),
  /// A bare `Push` as a server-sent event.
  SSE_UNI("data: ", "\n\n");

  private final String before;
  private final String after;

  WireForm(String before, String after) {
    this.before = before;
    this.after = after;
  }

  String before() {
    return before;
  }

  String after() {
    return after;
  }
}
