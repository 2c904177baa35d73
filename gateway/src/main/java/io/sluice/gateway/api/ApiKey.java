package io.sluice.gateway.api;

import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.http.ServerRequestHeaders;
import io.sluice.gateway.config.ApiConfig;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// The keys of the API: one, or two while it is being changed. How long a comparison takes says
/// nothing about them. For any thread.
final class ApiKey {
  private static final HeaderName X_API_KEY = HeaderNames.create("X-API-Key");
  private static final String SCHEME = "apikey ";

  private volatile List<byte[]> keys;

  ApiKey(ApiConfig config) {
    keys = keys(config);
  }

  /// From now on these are good.
  void take(ApiConfig config) {
    keys = keys(config);
  }

  private static List<byte[]> keys(ApiConfig config) {
    return Stream.of(config.key(), config.secondKey())
        .filter(key -> !key.isEmpty())
        .map(key -> key.getBytes(StandardCharsets.UTF_8))
        .toList();
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
    byte[] bytes = presented.getBytes(StandardCharsets.UTF_8);
    boolean good = false;
    for (byte[] key : keys) {
      good |= MessageDigest.isEqual(key, bytes);
    }
    return good;
  }
}
