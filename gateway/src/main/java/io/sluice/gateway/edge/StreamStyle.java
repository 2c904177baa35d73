package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;

/// How messages look on an HTTP stream.
@SuppressWarnings("ImmutableEnumChecker") // arrays that nobody writes to
enum StreamStyle {
  /// Server-sent events (WHATWG HTML §9.2) of pushes, for an `EventSource` without an SDK.
  UNI_EVENTS(WireForm.SSE_UNI, "text/event-stream; charset=utf-8", "", ""),
  /// A line for each push, for `curl` and services.
  UNI_LINES(WireForm.LINE_UNI, "application/json", "", ""),
  /// Server-sent events of replies, for an SDK that speaks by `POST /emulation`.
  EVENTS(WireForm.JSON, "text/event-stream; charset=utf-8", "data: ", "\n\n"),
  /// A line for each reply, likewise.
  LINES(WireForm.JSON, "application/json", "", "\n"),
  /// Replies in Protocol Buffers, likewise.
  MESSAGES(WireForm.PROTOBUF, "application/octet-stream", "", "");

  private final WireForm form;
  private final String contentType;
  private final byte[] before;
  private final byte[] after;

  StreamStyle(WireForm form, String contentType, String before, String after) {
    this.form = form;
    this.contentType = contentType;
    this.before = before.getBytes(StandardCharsets.US_ASCII);
    this.after = after.getBytes(StandardCharsets.US_ASCII);
  }

  WireForm form() {
    return form;
  }

  /// What it is called, as in the path that it is asked for with.
  String label() {
    return switch (this) {
      case UNI_EVENTS -> "uni_sse";
      case UNI_LINES -> "uni_http_stream";
      case EVENTS -> "sse";
      case LINES, MESSAGES -> "http_stream";
    };
  }

  String contentType() {
    return contentType;
  }

  /// Stands before each message; never written to.
  byte[] before() {
    return before;
  }

  /// Stands behind each message; never written to.
  byte[] after() {
    return after;
  }

  /// Whether a browser reads it by itself, and comes back by itself.
  boolean eventSource() {
    return this == UNI_EVENTS;
  }
}
