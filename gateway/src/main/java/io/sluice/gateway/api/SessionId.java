package io.sluice.gateway.api;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// A session as the API names it: `USER.SESSION`, both as base64url (RFC 4648 §5) of their UTF-8,
/// without padding; `YW5u.dGFiLTE` is session `tab-1` of user `ann`. So any text may be either of
/// them, and none has to be escaped in a path.
///
/// @param user whose session it is; not empty
/// @param session the name the client chose; not empty
record SessionId(String user, String session) {
  /// The id's text.
  String text() {
    return encoded(user) + "." + encoded(session);
  }

  /// The session that an id names.
  ///
  /// @return nothing when it is no id
  static Optional<SessionId> parse(String text) {
    int dot = text.indexOf('.');
    if (dot < 0) {
      return Optional.empty();
    }
    return decoded(text.substring(0, dot))
        .flatMap(
            user -> decoded(text.substring(dot + 1)).map(session -> new SessionId(user, session)))
        .filter(id -> id.text().equals(text)); // one id for each session
  }

  private static String encoded(String text) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Optional<String> decoded(String base64) {
    try {
      return Utf8.decode(Base64.getUrlDecoder().decode(base64)).filter(text -> !text.isEmpty());
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
