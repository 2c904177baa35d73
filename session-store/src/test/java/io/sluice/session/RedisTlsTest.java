package io.sluice.session;

import static io.sluice.session.SessionStoreContract.LAPTOP;
import static io.sluice.session.SessionStoreContract.PHONE;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.embedded.EmbeddedRedis;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Redis behind TLS, with a user who may do no more than is needed.
final class RedisTlsTest {
  @TempDir private Path directory;
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();

  @AfterEach
  void close() {
    stores.close();
    redis.close();
  }

  private SessionStoreSettings through(TlsFront front, String more) {
    String uri = LeastUser.of(redis).replace("redis://", "rediss://");
    return Stores.patient(uri.replace(":" + redis.port(), ":" + front.port()) + more);
  }

  @Test
  void sessionsAreSharedThroughTls() throws Exception {
    try (TlsFront front = new TlsFront(directory, redis.port())) {
      SessionStoreSettings settings = through(front, "?verifyPeer=NONE");
      SessionKey key = someKey();
      get(stores.openRedisOnly(settings).open(key, PHONE));

      assertThat(get(stores.openRedisOnly(settings).open(key, LAPTOP)).previous())
          .contains(PHONE.holder());
    }
  }

  @Test
  void aCertificateThatNobodyVouchesForIsNotTrusted() throws Exception {
    try (TlsFront front = new TlsFront(directory, redis.port())) {
      SessionStore store = stores.begin(through(front, ""));

      assertThat(store.health()).isInstanceOf(StoreHealth.Degraded.class);
      SessionKey key = someKey();
      assertThat(get(store.open(key, PHONE)).resumed()).isFalse();
      assertThat(get(stores.openRedisOnly(Stores.patient(redis.uri())).find(key))).isEmpty();
    }
  }

  @Test
  void whoseNameOrRightsAreNotGoodGoesOnAlone() {
    String uri = LeastUser.of(redis);
    List<String> bad = List.of(uri.replace("p-123", "another"), uri.replace("sluice:", "nobody:"));
    for (String one : bad) {
      SessionStore store = stores.begin(Stores.patient(one));
      await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> store.health() instanceof StoreHealth.Degraded);
      assertThat(store.health().toString()).doesNotContain("p-123").doesNotContain("another");
      assertThat(get(store.open(someKey(), PHONE)).resumed()).isFalse();
    }
  }
}
