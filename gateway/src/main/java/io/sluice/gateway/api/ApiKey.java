package io.sluice.gateway.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Optional;

/// The key of the API. How long a comparison takes says nothing about the key. For any thread.
final class ApiKey {
  private static final HeaderName X_API_KEY = HeaderNames.create("X-API-Key");
  private static final String SCHEME = "apikey ";

  private final byte[] key;

  ApiKey(String key) {
    this.key = key.getBytes(StandardCharsets.UTF_8);
  }

  /// Whether `X-API-Key: KEY` or `Authorization: apikey KEY` is among the headers.
  boolean isIn(ServerRequestHeaders headers) {
    return headers.first(X_API_KEY).filter(this::matches).isPresent()
        || headers
            .first(HeaderNames.AUTHORIZATION)
            .flatMap(ApiKey::fromAuthorization)
            .filter(this::matches)
            .isPresent();
  }

  private static Optional<String> fromAuthorization(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(header.substring(SCHEME.length()).strip())
        : Optional.empty();
  }

  private boolean matches(String presented) {
    return MessageDigest.isEqual(key, presented.getBytes(StandardCharsets.UTF_8));
  }
}
