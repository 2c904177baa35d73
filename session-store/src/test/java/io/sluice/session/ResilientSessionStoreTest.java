package io.sluice.session;

import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;

/// While all is well, the store with a fallback behaves like any other.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ResilientSessionStoreTest implements SessionStoreContract {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();
  private final SessionStore store = store(Stores.TTL, Stores.GRACE);

  @AfterAll
  void close() {
    stores.close();
    redis.close();
  }

  @Override
  public SessionStore store() {
    return store;
  }

  @Override
  public SessionStore store(Duration ttl, Duration grace) {
    return stores.open(Stores.settings(redis.uri(), ttl, grace));
  }
}
