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
  private static final String FIRST = "api.key";
  private static final String SECOND = "api.second-key";

  /// @param name as the configuration calls it
  @SuppressWarnings("ArrayRecordComponent") // compared in [#name]
  private record Key(String name, byte[] bytes) {
    static Key of(String name, String key) {
      return new Key(name, key.getBytes(StandardCharsets.UTF_8));
    }
  }

  private volatile List<Key> keys;

  ApiKey(ApiConfig config) {
    keys = keys(config);
  }

  /// From now on these are good.
  void take(ApiConfig config) {
    keys = keys(config);
  }

  private static List<Key> keys(ApiConfig config) {
    return Stream.of(Key.of(FIRST, config.key()), Key.of(SECOND, config.secondKey()))
        .filter(key -> key.bytes().length > 0)
        .toList();
  }

  /// Whether `X-API-Key: KEY` or `Authorization: apikey KEY` is among the headers.
  boolean isIn(ServerRequestHeaders headers) {
    return nameOfOne(headers).isPresent();
  }

  /// What the configuration calls the key that is there among the headers; nothing where there is
  /// none, or a wrong one.
  Optional<String> nameOfOne(ServerRequestHeaders headers) {
    return headers
        .first(X_API_KEY)
        .flatMap(this::name)
        .or(() ->
            headers
                .first(HeaderNames.AUTHORIZATION)
                .flatMap(ApiKey::fromAuthorization)
                .flatMap(this::name));
  }

  private static Optional<String> fromAuthorization(String header) {
    return header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
        ? Optional.of(header.substring(SCHEME.length()).strip())
        : Optional.empty();
  }

  /// Each is compared, whichever it is.
  private Optional<String> name(String presented) {
    byte[] bytes = presented.getBytes(StandardCharsets.UTF_8);
    Optional<String> name = Optional.empty();
    for (Key key : keys) {
      if (MessageDigest.isEqual(key.bytes(), bytes)) {
        name = Optional.of(key.name());
      }
    }
    return name;
  }
}
