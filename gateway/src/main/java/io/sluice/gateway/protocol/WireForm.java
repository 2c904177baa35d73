package io.sluice.gateway.protocol;

import org.jspecify.annotations.Nullable;

/// How a push looks on the wire. What is encoded for one connection of a form serves all of them.
public enum WireForm {
  /// A `Reply` with a push, for bidirectional clients.
  JSON(Encoding.JSON, "{\"push\":", "}"),
  /// A bare `Push`, for unidirectional WebSockets.
  JSON_UNI(Encoding.JSON, "", ""),
  /// A bare `Push` as a server-sent event.
  SSE_UNI(Encoding.JSON, "data: ", "\n\n"),
  /// A bare `Push` on a line of its own, for unidirectional HTTP streams.
  LINE_UNI(Encoding.JSON, "", "\n"),
  /// A `Reply` with a push in Protocol Buffers, for bidirectional clients.
  PROTOBUF(Encoding.PROTOBUF, "", ""),
  /// [#JSON] where it pays as a [DeflatedPiece], on connections with permessage-deflate.
  JSON_DEFLATED(JSON),
  /// [#JSON_UNI] in the same way.
  JSON_UNI_DEFLATED(JSON_UNI),
  /// [#PROTOBUF] in the same way.
  PROTOBUF_DEFLATED(PROTOBUF);

  private final Encoding encoding;
  private final String before;
  private final String after;
  private final @Nullable WireForm plain;

  WireForm(Encoding encoding, String before, String after) {
    this.encoding = encoding;
    this.before = before;
    this.after = after;
    this.plain = null;
  }

  WireForm(WireForm plain) {
    this.encoding = plain.encoding;
    this.before = plain.before;
    this.after = plain.after;
    this.plain = plain;
  }

  String before() {
    return before;
  }

  String after() {
    return after;
  }

  /// How it is written, and its clients' commands are.
  public Encoding encoding() {
    return encoding;
  }

  /// What stands in its messages once they are decompressed.
  public WireForm plain() {
    return plain == null ? this : plain;
  }

  /// Whether large messages are [DeflatedPiece]s.
  public boolean deflated() {
    return plain != null;
  }

  /// Whether its clients send commands, and pongs.
  public boolean bidirectional() {
    return plain() == JSON || plain() == PROTOBUF;
  }
}
