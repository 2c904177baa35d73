package io.sluice.gateway.cluster;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What every node is told to do to the connections it has. Each constructor throws an
/// `IllegalArgumentException` for people, which names the value and the limit; what one lets
/// through is at most a few kilobytes as JSON ([NodeCommandJson]).
public sealed interface NodeCommand {
  /// Characters of a channel's full name; what `edge.max-channel-length` may be at most.
  int MAX_CHANNEL = 4096;

  /// Whose connections.
  Whose whose();

  /// Ends connections.
  ///
  /// @param keep ids of connections that stay
  /// @param code what their clients are told; 0 = 3503, which is final
  /// @param reason "" with code 0
  record Disconnect(Whose whose, List<String> keep, int code, String reason)
      implements NodeCommand {
    /// Most connections that stay.
    public static final int MAX_KEPT = 100;

    /// The lowest code that can be given.
    public static final int LEAST_CODE = 3000;

    /// The highest code that can be given.
    public static final int MOST_CODE = 4999;

    /// Bytes of a reason in UTF-8.
    public static final int MAX_REASON = 100;

    public Disconnect {
      keep = List.copyOf(keep);
      if (keep.size() > MAX_KEPT) {
        throw new IllegalArgumentException(
            "'whitelist' of %d clients is longer than %d".formatted(keep.size(), MAX_KEPT));
      }
      keep.forEach(client -> Whose.atMost("whitelist", client, Whose.MAX_CLIENT));
      if (code != 0 && (code < LEAST_CODE || code > MOST_CODE)) {
        throw new IllegalArgumentException(
            "the code %d is not between %d and %d".formatted(code, LEAST_CODE, MOST_CODE));
      }
      if (code == 0 && !reason.isEmpty()) {
        throw new IllegalArgumentException("a reason needs a code");
      }
      Whose.atMost("reason", reason, MAX_REASON);
      int bytes = reason.getBytes(StandardCharsets.UTF_8).length;
      if (bytes > MAX_REASON) {
        throw new IllegalArgumentException(
            "the reason of %d bytes is longer than %d".formatted(bytes, MAX_REASON));
      }
    }
  }

  /// Subscribes live connections to a channel, as if their token had named it.
  ///
  /// @param since where to go on; nothing = with what is new
  record Subscribe(Whose whose, String channel, Optional<Since> since) implements NodeCommand {
    public Subscribe {
      checkChannel(channel);
    }
  }

  /// A position, as a client would give it.
  ///
  /// @param offset not below 0
  record Since(String epoch, long offset) {
    private static final int MAX_EPOCH = 256;

    public Since {
      Whose.atMost("epoch", epoch, MAX_EPOCH);
      if (offset < 0) {
        throw new IllegalArgumentException("the offset " + offset + " is below 0");
      }
    }
  }

  /// Takes a channel away from connections, whoever subscribed them.
  record Unsubscribe(Whose whose, String channel) implements NodeCommand {
    public Unsubscribe {
      checkChannel(channel);
    }
  }

  /// Gives connections another end than their token's.
  ///
  /// @param end when; a past one ends them at once
  record Refresh(Whose whose, Instant end) implements NodeCommand {
    /// The end of the year 9999.
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59Z");

    public Refresh {
      if (end.isBefore(Instant.EPOCH) || end.isAfter(LAST)) {
        throw new IllegalArgumentException(
            "'expire_at' is not a number of seconds before the year 10000");
      }
    }
  }

  private static void checkChannel(String channel) {
    if (channel.isEmpty()) {
      throw new IllegalArgumentException("'channel' is missing or empty");
    }
    Whose.atMost("channel", channel, MAX_CHANNEL);
  }
}
