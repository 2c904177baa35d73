package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.sluice.gateway.config.TokenConfig;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Map;

/// Makes HS256 tokens that a [TokenVerifier] with the same configuration takes. For the command
/// line and the console; a production system's tokens come from its own login. For any thread.
public final class TokenSigner {
  private final TokenConfig config;
  private final Clock clock;

  /// @throws IllegalArgumentException without `tokens.hmac-secret`
  public TokenSigner(TokenConfig config, Clock clock) {
    if (config.hmacSecret().isEmpty()) {
      throw new IllegalArgumentException("making tokens needs tokens.hmac-secret");
    }
    this.config = config;
    this.clock = clock;
  }

  /// A token that is good from now on.
  ///
  /// @param user "" = anonymous
  /// @param ttl how long it is good, in whole seconds, at least one
  /// @param channels server-side subscriptions
  public String sign(String user, Duration ttl, List<String> channels) {
    return sign(user, ttl, channels.isEmpty() ? Map.of() : Map.of("channels", channels));
  }

  /// A token that grants one channel to a user, whatever the namespace says.
  ///
  /// @param channel its full name
  public String signChannel(String user, String channel, Duration ttl) {
    return sign(user, ttl, Map.of("channel", channel));
  }

  private String sign(String user, Duration ttl, Map<String, Object> more) {
    if (ttl.toSeconds() < 1) {
      throw new IllegalArgumentException("a token is good for at least 1 s, not " + ttl);
    }
    Instant now = clock.instant();
    var claims =
        new JWTClaimsSet.Builder()
            .subject(user)
            .issueTime(Date.from(now))
            .expirationTime(Date.from(now.plus(ttl)));
    more.forEach(claims::claim);
    if (!config.audience().isEmpty()) {
      claims.audience(config.audience());
    }
    if (!config.issuer().isEmpty()) {
      claims.issuer(config.issuer());
    }
    SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256), claims.build());
    try {
      token.sign(new MACSigner(config.hmacSecret()));
    } catch (JOSEException e) {
      throw new IllegalStateException("a secret that was checked before is refused", e);
    }
    return token.serialize();
  }
}
