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
/// @param channel the one channel that the token is for; nothing = it is for connections
/// @param issued when it was made
public record Claims(
    String user,
    Optional<Instant> expires,
    Optional<String> info,
    List<String> channels,
    Optional<String> channel,
    Optional<Instant> issued) {
  public Claims {
    channels = List.copyOf(channels);
  }

  /// Those of a token for connections that does not say when it was made.
  public Claims(
      String user, Optional<Instant> expires, Optional<String> info, List<String> channels) {
    this(user, expires, info, channels, Optional.empty(), Optional.empty());
  }

  /// The same with another end.
  public Claims until(Instant end) {
    return new Claims(user, Optional.of(end), info, channels, channel, issued);
  }

  /// Whether the token is no longer good at that instant.
  public boolean isExpiredAt(Instant now) {
    return expires.isPresent() && !now.isBefore(expires.get());
  }
}
