package io.sluice.gateway.protocol;

/// What is answered with no more than that it was done.
public enum Done {
  UNSUBSCRIBE("unsubscribe", 7),
  PUBLISH("publish", 8),
  PING("ping", 12);

  private final String method;
  private final int field;

  Done(String method, int field) {
    this.method = method;
    this.field = field;
  }

  /// The reply's field in JSON.
  String method() {
    return method;
  }

  /// The reply's field in Protocol Buffers.
  int field() {
    return field;
  }
}
