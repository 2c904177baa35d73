package io.sluice.gateway.auth;

import java.time.Instant;
import java.util.Optional;

/// Which tokens are not good any more, though their signature is and their time is not over. For
/// any thread; never waits.
@FunctionalInterface
public interface RevokedTokens {
  /// None.
  RevokedTokens NONE = (_, _, _) -> false;

  /// Whether a token was revoked.
  ///
  /// @param user its subject
  /// @param issued when it was made; one that does not say so counts as old
  boolean covers(String user, Optional<Instant> issued, Instant now);
}
