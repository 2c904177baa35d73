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
  /// [#JSON_UNI] with the position after each publication, for connections on one partition.
  JSON_UNI_MARKED(Encoding.JSON, "", ""),
  /// [#SSE_UNI] likewise.
  SSE_UNI_MARKED(Encoding.JSON, "data: ", "\n\n"),
  /// [#LINE_UNI] likewise.
  LINE_UNI_MARKED(Encoding.JSON, "", "\n"),
  /// A `Reply` with a push in Protocol Buffers, for bidirectional clients.
  PROTOBUF(Encoding.PROTOBUF, "", ""),
  /// [#JSON] where it pays as a [DeflatedPiece], on connections with permessage-deflate.
  JSON_DEFLATED(JSON),
  /// [#JSON_UNI] in the same way.
  JSON_UNI_DEFLATED(JSON_UNI),
  /// [#JSON_UNI_MARKED] in the same way.
  JSON_UNI_MARKED_DEFLATED(JSON_UNI_MARKED),
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

  /// Whether each publication carries the position after it.
  public boolean marked() {
    return unmarked() != this;
  }

  /// The same without positions.
  public WireForm unmarked() {
    return switch (this) {
      case JSON_UNI_MARKED -> JSON_UNI;
      case JSON_UNI_MARKED_DEFLATED -> JSON_UNI_DEFLATED;
      case SSE_UNI_MARKED -> SSE_UNI;
      case LINE_UNI_MARKED -> LINE_UNI;
      case JSON, JSON_UNI, SSE_UNI, LINE_UNI, PROTOBUF -> this;
      case JSON_DEFLATED, JSON_UNI_DEFLATED, PROTOBUF_DEFLATED -> this;
    };
  }

  /// The same with positions; of a form for bidirectional clients itself.
  public WireForm withMarks() {
    return switch (this) {
      case JSON_UNI, JSON_UNI_MARKED -> JSON_UNI_MARKED;
      case JSON_UNI_DEFLATED, JSON_UNI_MARKED_DEFLATED -> JSON_UNI_MARKED_DEFLATED;
      case SSE_UNI, SSE_UNI_MARKED -> SSE_UNI_MARKED;
      case LINE_UNI, LINE_UNI_MARKED -> LINE_UNI_MARKED;
      case JSON, JSON_DEFLATED, PROTOBUF, PROTOBUF_DEFLATED -> this;
    };
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
