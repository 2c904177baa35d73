package io.sluice.gateway.protocol;

import java.nio.charset.StandardCharsets;

/// Why the server ends a connection, and what its client is told.
public sealed interface Ending permits Disconnect, Ending.Custom {
  /// The code in the close frame or the disconnect push.
  int code();

  /// The reason in the close frame or the disconnect push.
  String reason();

  /// The metric's label.
  String label();

  /// Whether an SDK may come back: codes 3500 to 3999 and 4500 to 4999 are terminal, and so are
  /// those of RFC 6455.
  default boolean reconnect() {
    int code = code();
    return (code >= 3000 && code < 3500) || (code >= 4000 && code < 4500);
  }

  /// What a service said, in a command to disconnect.
  ///
  /// @param code [#LEAST] to [#MOST]
  /// @param reason at most [#MAX_REASON] bytes of UTF-8; may be empty
  record Custom(int code, String reason) implements Ending {
    /// The lowest code that can be given.
    public static final int LEAST = 3000;

    /// The highest code that can be given.
    public static final int MOST = 4999;

    /// Bytes of a reason; a close frame has room for 123.
    public static final int MAX_REASON = 100;

    public Custom {
      int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
      if (code < LEAST || code > MOST || bytes > MAX_REASON) {
        throw new IllegalArgumentException(
            "a code from %d to %d and a reason of at most %d bytes, not %d and %d bytes"
                .formatted(LEAST, MOST, MAX_REASON, code, bytes));
      }
    }

    @Override
    public String label() {
      return "command";
    }
  }
}
