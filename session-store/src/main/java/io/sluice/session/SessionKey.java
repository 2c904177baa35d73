package io.sluice.session;

/// What a session is known by: the user of a verified token and a name the client chose.
///
/// @param user as in the token; at most 1,024 characters, empty for anonymous users
/// @param session 1 to 64 characters
public record SessionKey(String user, String session) {
  /// The longest user id, so that a record's size is bounded.
  public static final int MAX_USER = 1024;

  /// The longest session name the client protocol allows.
  public static final int MAX_SESSION = 64;

  public SessionKey {
    if (user.length() > MAX_USER) {
      throw new IllegalArgumentException(
          "a user id has at most " + MAX_USER + " characters: " + user.length());
    }
    if (session.isEmpty() || session.length() > MAX_SESSION) {
      throw new IllegalArgumentException(
          "a session name has 1 to " + MAX_SESSION + " characters: " + session.length());
    }
  }
}
