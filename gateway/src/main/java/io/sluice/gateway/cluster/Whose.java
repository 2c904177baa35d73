package io.sluice.gateway.cluster;

import java.util.OptionalInt;

/// Which connections something is done to: those of a user, or some of them.
///
/// @param user the subject of their tokens, 1 to [#MAX_USER] characters
/// @param client the one connection with this id; "" = any
/// @param session those that hold the session of this name; "" = any
public record Whose(String user, String client, String session) {
  /// The longest user, in characters.
  public static final int MAX_USER = 512;

  /// The longest id of a connection, in characters; ours have 36.
  public static final int MAX_CLIENT = 64;

  /// The longest name of a session, in characters.
  public static final int MAX_SESSION = 64;

  public Whose {
    if (user.isEmpty()) {
      throw new IllegalArgumentException("'user' is missing or empty");
    }
    atMost("user", user, MAX_USER);
    atMost("client", client, MAX_CLIENT);
    atMost("session", session, MAX_SESSION);
  }

  /// All of a user's.
  public static Whose all(String user) {
    return new Whose(user, "", "");
  }

  /// Text that is not too long and has no half of a surrogate pair, which would be another text in
  /// UTF-8: `?`, as whom anybody may be connected.
  ///
  /// @throws IllegalArgumentException naming the length and the limit, or the half
  static void atMost(String field, String text, int most) {
    OptionalInt half = text.codePoints().filter(Whose::isHalf).findFirst();
    if (half.isPresent()) {
      throw new IllegalArgumentException(
          "'%s' holds U+%X, half of a surrogate pair".formatted(field, half.getAsInt()));
    }
    if (text.length() > most) {
      throw new IllegalArgumentException(
          "'%s' of %d characters is longer than %d".formatted(field, text.length(), most));
    }
  }

  private static boolean isHalf(int codePoint) {
    return codePoint >= Character.MIN_SURROGATE && codePoint <= Character.MAX_SURROGATE;
  }
}
