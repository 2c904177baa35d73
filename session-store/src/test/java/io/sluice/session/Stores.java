package io.sluice.session;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// Opens the stores of a test class and closes them after it.
final class Stores implements AutoCloseable {
  /// Of a call, where that is what is tested.
  static final Duration LIMIT = Duration.ofMillis(300);

  /// Everywhere else: this machine is busy with other tests.
  static final Duration PATIENT = Duration.ofSeconds(2);

  static final Duration TTL = Duration.ofMinutes(5);
  static final Duration GRACE = Duration.ofMinutes(2);

  /// Of the first store opened.
  final SimpleMeterRegistry registry = new SimpleMeterRegistry();

  private final List<SessionStore> opened = new ArrayList<>();

  static SessionStoreSettings settings(String uri, Duration ttl, Duration grace) {
    return settings(uri, ttl, grace, false);
  }

  static SessionStoreSettings settings(String uri, Duration ttl, Duration grace, boolean cluster) {
    return settings(uri, PATIENT, ttl, grace, cluster);
  }

  static SessionStoreSettings hasty(String uri) {
    return settings(uri, LIMIT, TTL, GRACE, false);
  }

  private static SessionStoreSettings settings(
      String uri, Duration timeout, Duration ttl, Duration grace, boolean cluster) {
    return new SessionStoreSettings(
        uri, cluster, timeout, ttl, grace, ttl.dividedBy(10), IdempotencyStore.PENDING, 1000, 1000);
  }

  /// As by default, but for a machine that is busy with other tests.
  static SessionStoreSettings patient(String uri) {
    SessionStoreSettings standard = SessionStoreSettings.of(uri);
    return new SessionStoreSettings(
        uri,
        false,
        PATIENT,
        standard.ttl(),
        standard.grace(),
        standard.checkpoint(),
        standard.claim(),
        standard.queue(),
        standard.localSessions());
  }

  /// As the gateway opens it, and Redis has answered.
  SessionStore open(SessionStoreSettings settings) {
    return open(settings, SessionStores.PATIENCE);
  }

  SessionStore open(SessionStoreSettings settings, Duration patience) {
    SessionStore store = begin(settings, patience);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> store.health() instanceof StoreHealth.Healthy);
    return store;
  }

  /// As the gateway opens it, whether Redis answers or not.
  SessionStore begin(SessionStoreSettings settings) {
    return begin(settings, SessionStores.PATIENCE);
  }

  SessionStore begin(SessionStoreSettings settings, Duration patience) {
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
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> SessionStoreContract.get(link.maintain()) instanceof StoreHealth.Healthy);
    return store;
  }

  @Override
  public void close() {
    opened.forEach(SessionStore::close);
  }
}
