package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LocalSessionStoreTest implements SessionStoreContract {
  private final Stores stores = new Stores();
  private final SessionStore store = store(Stores.TTL, Stores.GRACE);

  @AfterEach
  void closeStores() {
    stores.close();
  }

  @Override
  public SessionStore store() {
    return store;
  }

  @Override
  public SessionStore store(Duration ttl, Duration grace) {
    return stores.open(Stores.settings("", ttl, grace));
  }

  @Test
  void generationsRiseThoughTheClockStandsStill() {
    Clock stopped = Clock.fixed(Instant.parse("2026-01-01T10:00:00.000001Z"), ZoneOffset.UTC);
    var standing = new LocalSessionStore(SessionStoreSettings.of(""), stopped);
    SessionKey key = SessionStoreContract.someKey();

    assertThat(get(standing.open(key, PHONE)).generation()).isEqualTo(1_767_261_600_000_001L);
    assertThat(get(standing.open(key, PHONE)).generation()).isEqualTo(1_767_261_600_000_002L);
  }

  @Test
  void withoutRedisItIsHealthy() {
    assertThat(store.health()).isInstanceOf(StoreHealth.Healthy.class);
    assertThat(stores.registry.get(SessionMetrics.DEGRADED).gauge().value()).isZero();
  }

  @Test
  void itRemembersNoMoreThanItsBound() {
    IntStream.range(0, 5000).forEach(_ -> get(store.open(SessionStoreContract.someKey(), PHONE)));

    await().until(() -> stores.registry.get(SessionMetrics.LOCAL).gauge().value() <= 1000);
  }
}
