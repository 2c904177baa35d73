package io.sluice.session;

import static io.sluice.session.SessionStoreContract.get;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class LocalIdempotencyStoreTest implements IdempotencyStoreContract {
  private final IdempotencyStore keys = keys(IdempotencyStore.PENDING, IdempotencyStore.ANSWERED);

  @Override
  public Vouching vouching() {
    return Vouching.NODE;
  }

  @Override
  public IdempotencyStore keys() {
    return keys;
  }

  @Override
  public IdempotencyStore keys(Duration pending, Duration answered) {
    return new LocalIdempotencyStore(pending, answered, Ticker.systemTicker());
  }

  @Test
  void itRemembersNoMoreThanItsBound() {
    String answer = "a".repeat(1_000);
    int fit = IdempotencyStore.LOCAL_BYTES / (2 * answer.length());
    for (int i = 0; i < 2 * fit; i++) {
      get(keys.settle(new IdempotencyKey("c", "k" + i), "one", answer));
    }

    int known = 0;
    for (int i = 0; i < 2 * fit; i++) {
      known +=
          get(keys.claim(new IdempotencyKey("c", "k" + i), "two")) instanceof Claim.Answered
              ? 1
              : 0;
    }
    assertThat(known).isBetween(fit / 4, fit);
  }
}
