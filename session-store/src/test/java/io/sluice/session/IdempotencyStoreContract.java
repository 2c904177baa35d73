package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static io.sluice.session.SessionStoreContract.whileItLasts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every store of idempotency keys promises, run for each of them.
interface IdempotencyStoreContract {
  String ANSWER = "{\"offset\":7,\"epoch\":\"é1\"}";

  /// Who vouches for what this store says.
  Vouching vouching();

  /// With the default lifetimes; the same one for the whole of a test.
  IdempotencyStore keys();

  /// Another one, with short lifetimes of claims or of answers.
  IdempotencyStore keys(Duration pending, Duration answered);

  @Test
  default void theFirstToAskHasTheKeyAndTheOthersFindItPending() {
    IdempotencyKey key = someKey();

    assertThat(get(keys().claim(key, "one"))).isEqualTo(new Claim.Mine(vouching()));
    assertThat(get(keys().claim(key, "two"))).isEqualTo(new Claim.Pending());
    assertThat(get(keys().claim(key, "one"))).isEqualTo(new Claim.Mine(vouching()));
  }

  @Test
  default void anAnswerIsGivenToWhoeverAsks() {
    IdempotencyKey key = someKey();
    get(keys().claim(key, "one"));

    assertThat(get(keys().settle(key, "one", ANSWER))).isEqualTo(vouching());

    for (String owner : new String[] {"one", "two"}) {
      assertThat(get(keys().claim(key, owner))).isEqualTo(new Claim.Answered(ANSWER, vouching()));
    }
  }

  @Test
  default void aForgottenKeyIsFree() {
    IdempotencyKey key = someKey();
    get(keys().claim(key, "one"));

    get(keys().forget(key, "one"));

    assertThat(get(keys().claim(key, "two"))).isEqualTo(new Claim.Mine(vouching()));
  }

  @Test
  default void nobodySettlesOrForgetsWhatIsAnothers() {
    IdempotencyKey key = someKey();
    get(keys().claim(key, "one"));

    assertThat(get(keys().settle(key, "two", "{}"))).isEqualTo(Vouching.NODE);
    get(keys().forget(key, "two"));
    assertThat(get(keys().claim(key, "three"))).isEqualTo(new Claim.Pending());

    get(keys().settle(key, "one", ANSWER));
    get(keys().forget(key, "one"));
    assertThat(get(keys().claim(key, "three"))).isEqualTo(new Claim.Answered(ANSWER, vouching()));
  }

  /// A store that has lost the claim, or never heard of it, still takes the answer: it is true.
  @Test
  default void anAnswerIsKeptThoughTheClaimIsLost() {
    IdempotencyKey key = someKey();

    get(keys().settle(key, "one", ANSWER));

    assertThat(get(keys().claim(key, "two"))).isEqualTo(new Claim.Answered(ANSWER, vouching()));
  }

  @Test
  default void channelsAndKeysThatLookAlikeAreKeptApart() {
    String random = UUID.randomUUID().toString();
    get(keys().claim(new IdempotencyKey(random + ":a", "b"), "one"));

    assertThat(get(keys().claim(new IdempotencyKey(random, "a:b"), "two")))
        .isEqualTo(new Claim.Mine(vouching()));
  }

  @Test
  default void ofManyAtOnceOneHasTheKey() {
    IdempotencyKey key = someKey();
    List<CompletableFuture<Claim>> asked =
        IntStream.range(0, 50)
            .parallel()
            .mapToObj(i -> keys().claim(key, "owner-" + i).toCompletableFuture())
            .toList();

    assertThat(asked.stream().map(claim -> get(claim)).filter(Claim.Mine.class::isInstance))
        .hasSize(1);
  }

  @Test
  default void aClaimEndsByItself() {
    Duration life = Duration.ofMillis(300);
    IdempotencyStore quick = keys(life, Duration.ofMinutes(5));
    IdempotencyKey claimed =
        whileItLasts(
            life,
            () -> {
              IdempotencyKey key = someKey();
              get(quick.claim(key, "died"));
              assertThat(get(quick.claim(key, "two"))).isEqualTo(new Claim.Pending());
              return key;
            });

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> get(quick.claim(claimed, "two")) instanceof Claim.Mine);
  }

  @Test
  default void anAnswerIsForgottenInTheEnd() {
    Duration life = Duration.ofMillis(300);
    IdempotencyStore quick = keys(Duration.ofSeconds(10), life);
    IdempotencyKey settled =
        whileItLasts(
            life,
            () -> {
              IdempotencyKey key = someKey();
              get(quick.settle(key, "one", ANSWER));
              assertThat(get(quick.claim(key, "two"))).isInstanceOf(Claim.Answered.class);
              return key;
            });

    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> get(quick.claim(settled, "two")) instanceof Claim.Mine);
  }

  static IdempotencyKey someKey() {
    return new IdempotencyKey("orders:42", UUID.randomUUID().toString());
  }
}
