package io.sluice.gateway.presence;

import io.sluice.gateway.protocol.ClientInfo;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// One connection as a member of channels; the same object for all of them. What changes in it is
/// under the lock of [MemberTable].
public final class Member {
  /// Of a session's name: enough that no two meet.
  private static final int SESSION_BYTES = 16;

  final ClientInfo who;

  /// Names the user's session to other nodes; "" = it has none.
  final String session;

  final long generation;
  final boolean resumed;
  final long userHash;

  /// Under which other client's id it is shown, by channel: that of its session's connection before
  /// it.
  private @Nullable Map<String, String> shown;

  /// Channels it is away from, with the nanosecond at which it is given up.
  private @Nullable Map<String, Long> away;

  private Member(ClientInfo who, String session, long generation, boolean resumed) {
    this.who = who;
    this.session = session;
    this.generation = generation;
    this.resumed = resumed;
    this.userHash = ByteBuffer.wrap(sha256(who.user())).getLong() >>> 1;
  }

  /// A connection without a session.
  public static Member of(ClientInfo who) {
    return new Member(who, "", 0, false);
  }

  /// A connection that begins a session.
  ///
  /// @param session its name, of this user
  /// @param generation which of the session's connections it is; a later one is higher
  public static Member beginning(ClientInfo who, String session, long generation) {
    return new Member(who, hash(who, session), generation, false);
  }

  /// A connection that goes on with a session.
  public static Member resuming(ClientInfo who, String session, long generation) {
    return new Member(who, hash(who, session), generation, true);
  }

  private static String hash(ClientInfo who, String session) {
    byte[] hash = sha256(who.user().length() + ":" + who.user() + session);
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(Arrays.copyOf(hash, SESSION_BYTES));
  }

  private static byte[] sha256(String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// Whether its connection holds a session.
  public boolean hasSession() {
    return !session.isEmpty();
  }

  /// The client's id under which it is shown.
  String shownIn(String channel) {
    return shown == null ? who.client() : shown.getOrDefault(channel, who.client());
  }

  void showAs(String channel, String client) {
    Map<String, String> all = shown;
    if (all == null) {
      all = new HashMap<>(2);
      shown = all;
    }
    all.put(channel, client);
  }

  void awayFrom(String channel, long until) {
    Map<String, Long> all = away;
    if (all == null) {
      all = new HashMap<>(2);
      away = all;
    }
    all.put(channel, until);
  }

  /// The channels it is away from.
  Set<String> awayFrom() {
    return away == null ? Set.of() : Set.copyOf(away.keySet());
  }

  /// Whether it is away, and until then.
  boolean isAway(String channel, long until) {
    Long due = away == null ? null : away.get(channel);
    return due != null && due == until;
  }

  /// It is there again.
  ///
  /// @return whether it was away
  boolean back(String channel) {
    return away != null && away.remove(channel) != null;
  }

  /// It is a member of that channel no more.
  void left(String channel) {
    back(channel);
    if (shown != null) {
      shown.remove(channel);
    }
  }
}
