package io.sluice.gateway.auth;

import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// What a good token says.
///
/// @param user the subject; "" = anonymous
/// @param expires from when on it is no longer good; nothing = never
/// @param info a JSON object about the user, as JSON text
/// @param channels to be subscribed by the server
public record Claims(
    String user, Optional<Instant> expires, Optional<String> info, List<String> channels) {
  public Claims {
    channels = List.copyOf(channels);
  }

  /// Whether the token is no longer good at that instant.
  public boolean isExpiredAt(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
