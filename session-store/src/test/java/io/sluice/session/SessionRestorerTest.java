package io.sluice.session;

import static io.sluice.session.SessionStoreContract.PHONE;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.someKey;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SessionRestorerTest {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();
  private final SessionStoreSettings settings =
      Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE);
  private final SessionStore store = stores.openRedisOnly(settings);

  @AfterAll
  void close() {
    stores.close();
    redis.close();
  }

  @Test
  void whatRedisHasLostIsThereAgainForWhatIsLeftOfItsGrace() throws Exception {
    List<ClosedSession> lost = new ArrayList<>();
    Instant closed = Instant.now().truncatedTo(ChronoUnit.MILLIS).minusSeconds(30);
    for (int i = 0; i < 2 * SessionStore.MAX_BATCH + 1; i++) {
      lost.add(new ClosedSession(someKey(), PHONE, 1_000 + i, closed));
    }

    assertThat(restore(lost)).isEqualTo(new SessionRestorer.Outcome(lost.size(), 0, 0));

    SessionKey first = lost.getFirst().key();
    StoredSession found = get(store.find(first)).orElseThrow();
    assertThat(found.info()).isEqualTo(PHONE);
    assertThat(found.generation()).isEqualTo(1_000);
    assertThat(found.closed()).contains(closed);
    assertThat(get(store.ofUser(first.user()))).containsExactly(found);
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      assertThat(connection.sync().pttl(Keys.of(first))).isBetween(80_000L, 90_000L);
    }
    Opened opened = get(store.open(first, PHONE));
    assertThat(opened.resumed()).isTrue();
    assertThat(opened.previous()).isEmpty();
    assertThat(opened.generation()).isGreaterThan(1_000);
    assertThat(restore(lost)).isEqualTo(new SessionRestorer.Outcome(0, lost.size(), 0));
    assertThat(get(store.find(first)).orElseThrow().closed()).isEmpty();
  }

  @Test
  void anEarlierGenerationGivesWay() throws Exception {
    SessionKey key = someKey();
    long generation = get(store.open(key, PHONE)).generation();

    assertThat(restore(List.of(new ClosedSession(key, PHONE, generation + 1, Instant.now()))))
        .isEqualTo(new SessionRestorer.Outcome(1, 0, 0));
    assertThat(get(store.find(key)).orElseThrow().closed()).isPresent();
  }

  @Test
  void whatIsOverStaysSo() throws Exception {
    ClosedSession old = new ClosedSession(someKey(), PHONE, 1, Instant.now().minus(Stores.GRACE));

    assertThat(restore(List.of(old))).isEqualTo(new SessionRestorer.Outcome(0, 0, 1));
    assertThat(get(store.find(old.key()))).isEmpty();
  }

  @Test
  void withoutRedisItSaysSo() {
    SessionStoreSettings nobody = Stores.settings("redis://127.0.0.1:1", Stores.TTL, Stores.GRACE);
    assertThatThrownBy(() -> SessionRestorer.open(nobody))
        .isInstanceOf(SessionRestoreException.class)
        .hasMessageContaining("127.0.0.1:1");
  }

  private SessionRestorer.Outcome restore(List<ClosedSession> sessions) throws Exception {
    try (SessionRestorer restorer = SessionRestorer.open(settings)) {
      return restorer.restore(sessions);
    }
  }
}
