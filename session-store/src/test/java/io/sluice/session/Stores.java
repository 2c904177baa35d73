package io.sluice.session;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Opens the stores of a test class and closes them after it.
final class Stores implements AutoCloseable {
  static final Duration LIMIT = Duration.ofMillis(300);
  static final Duration TTL = Duration.ofMinutes(5);
  static final Duration GRACE = Duration.ofMinutes(2);

  /// Of the first store opened.
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private final List<SessionStore> opened = new ArrayList<>();

  static SessionStoreSettings settings(String uri, Duration ttl, Duration grace) {
    return new SessionStoreSettings(uri, LIMIT, ttl, grace, 1000, 1000);
  }

  /// As the gateway opens it.
  SessionStore open(SessionStoreSettings settings) {
    return open(settings, SessionStores.PATIENCE);
  }

  SessionStore open(SessionStoreSettings settings, Duration patience) {
    var metrics = opened.isEmpty() ? registry : new SimpleMeterRegistry();
    SessionStore store = SessionStores.open(settings, metrics, Clock.systemUTC(), patience);
    opened.add(store);
    return store;
  }

  /// Redis without anything behind it.
  RedisSessionStore openRedisOnly(SessionStoreSettings settings) {
    var link = new RedisLink(settings, SessionStores.PATIENCE, Clock.systemUTC(), () -> {});
    var store = new RedisSessionStore(link, settings);
    opened.add(store);
    SessionStoreContract.get(link.maintain());
    return store;
  }

  @Override
  public void close() {
    opened.forEach(SessionStore::close);
  }
}
