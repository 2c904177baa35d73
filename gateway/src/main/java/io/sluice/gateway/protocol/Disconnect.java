package io.sluice.gateway.protocol;

import java.util.Locale;

/// Why the server ended a connection; also the label of the metric that counts endings. Codes 3500
/// to 3999 and 4500 to 4999 are terminal: SDKs do not come back. 1002 and 1009 are RFC 6455 §7.4.1.
public enum Disconnect {
  CONNECTION_CLOSED(3000, "connection closed"),
  SHUTDOWN(3001, "shutdown"),
  SERVER_ERROR(3004, "internal server error"),
  EXPIRED(3005, "connection expired"),
  SLOW(3008, "slow"),
  WRITE_ERROR(3009, "write error"),
  INSUFFICIENT_STATE(3010, "insufficient state"),
  NO_PONG(3012, "no pong"),
  TOO_MANY_REQUESTS(3013, "too many requests"),
  INVALID_TOKEN(3500, "invalid token"),
  BAD_REQUEST(3501, "bad request"),
  STALE(3502, "stale"),
  CONNECTION_LIMIT(3504, "connection limit"),
  CHANNEL_LIMIT(3505, "channel limit"),
  PERMISSION_DENIED(3507, "permission denied"),
  NOT_AVAILABLE(3508, "not available"),
  PROTOCOL_ERROR(1002, "protocol error"),
  TOO_LARGE(1009, "message too large");

  private final int code;
  private final String reason;

  Disconnect(int code, String reason) {
    this.code = code;
    this.reason = reason;
  }

  /// The code in the close frame or the disconnect push.
  public int code() {
    return code;
  }

  /// The reason in the close frame or the disconnect push.
  public String reason() {
    return reason;
  }

  /// Whether an SDK may come back.
  public boolean reconnect() {
    return code >= 3000 && code < 3500;
  }

  /// The metric's label.
  public String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
