package io.sluice.session;

import static io.sluice.session.IdempotencyStoreContract.ANSWER;
import static io.sluice.session.IdempotencyStoreContract.someKey;
import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.whileItLasts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.lettuce.core.RedisClient;
import io.sluice.embedded.EmbeddedRedis;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// Two nodes and the Redis between them, which comes and goes.
final class ResilientIdempotencyStoreTest {
  private final EmbeddedRedis redis = EmbeddedRedis.builder().start();
  private final Stores stores = new Stores();
  private final SessionStore one = open();
  private final SessionStore two = open();

  @AfterEach
  void close() {
    stores.close();
    redis.close();
  }

  @Test
  void whatOneNodeWasAnsweredTheOtherIsAnsweredToo() {
    IdempotencyKey key = someKey();
    assertThat(get(one.idempotency().claim(key, "a"))).isEqualTo(new Claim.Mine(Vouching.CLUSTER));
    assertThat(get(two.idempotency().claim(key, "b"))).isEqualTo(new Claim.Pending());

    assertThat(get(one.idempotency().settle(key, "a", ANSWER))).isEqualTo(Vouching.CLUSTER);

    Claim answered = new Claim.Answered(ANSWER, Vouching.CLUSTER);
    assertThat(get(two.idempotency().claim(key, "b"))).isEqualTo(answered);
    redis.stop();
    assertThat(get(one.idempotency().claim(key, "c"))).isEqualTo(answered);
    assertThat(get(two.idempotency().claim(key, "d"))).isEqualTo(answered);
  }

  @Test
  void withoutRedisEachNodeSpeaksForItselfAndSaysSo() {
    IdempotencyKey key = someKey();
    redis.stop();

    for (SessionStore node : new SessionStore[] {one, two}) {
      IdempotencyStore keys = node.idempotency();
      assertThat(get(keys.claim(key, "a"))).isEqualTo(new Claim.Mine(Vouching.NODE));
      assertThat(get(keys.claim(key, "b"))).isEqualTo(new Claim.Pending());
      assertThat(get(keys.settle(key, "a", ANSWER))).isEqualTo(Vouching.NODE);
      assertThat(get(keys.claim(key, "b"))).isEqualTo(new Claim.Answered(ANSWER, Vouching.NODE));
    }
  }

  @Test
  void redisGoneBetweenClaimAndAnswerIsTold() {
    IdempotencyKey key = someKey();
    get(one.idempotency().claim(key, "a"));
    redis.stop();

    assertThat(get(one.idempotency().settle(key, "a", ANSWER))).isEqualTo(Vouching.NODE);
    assertThat(get(one.idempotency().claim(key, "b")))
        .isEqualTo(new Claim.Answered(ANSWER, Vouching.NODE));
  }

  @Test
  void whatRedisLearnsOfLaterTheOtherNodeIsTold() {
    IdempotencyKey key = someKey();
    redis.stop();
    assertThat(get(one.idempotency().claim(key, "a"))).isEqualTo(new Claim.Mine(Vouching.NODE));
    redis.start();
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            one.health() instanceof StoreHealth.Healthy
                && two.health() instanceof StoreHealth.Healthy);

    assertThat(get(one.idempotency().settle(key, "a", ANSWER))).isEqualTo(Vouching.CLUSTER);

    assertThat(get(two.idempotency().claim(key, "b")))
        .isEqualTo(new Claim.Answered(ANSWER, Vouching.CLUSTER));
  }

  @Test
  void aNodeThatIsToldOfAnAnswerForgetsItWhenRedisDoes() {
    Duration life = Duration.ofMillis(500);
    try (var client = RedisClient.create(redis.uri());
        var connection = client.connect()) {
      IdempotencyKey told =
          whileItLasts(
              life,
              () -> {
                IdempotencyKey key = someKey();
                get(one.idempotency().settle(key, "a", ANSWER));
                connection.sync().pexpire(Keys.of(key), life.toMillis());
                assertThat(get(two.idempotency().claim(key, "b")))
                    .isInstanceOf(Claim.Answered.class);
                return key;
              });

      await()
          .atMost(Duration.ofSeconds(5))
          .until(() -> get(two.idempotency().claim(told, "b")) instanceof Claim.Mine);
    }
  }

  private SessionStore open() {
    return stores.open(Stores.settings(redis.uri(), Stores.TTL, Stores.GRACE));
  }
}
