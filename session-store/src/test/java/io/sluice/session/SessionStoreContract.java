package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/// What every store promises, run for each of them.
interface SessionStoreContract {

  /// With the default settings; the same one for the whole of a test.
  SessionStore store();

  /// Another one, with a short life for open or for closed sessions.
  SessionStore store(Duration ttl, Duration grace);

  SessionInfo PHONE = new SessionInfo("node-1", "phone", Instant.parse("2026-01-01T10:00:00.123Z"));
  SessionInfo LAPTOP =
      new SessionInfo("node-2", "laptop", Instant.parse("2026-01-01T11:00:00.456Z"));

  @Test
  default void aNewSessionIsOpenedWithTheTimeAsItsGeneration() {
    long before = micros(Instant.now());

    Opened opened = get(store().open(someKey(), PHONE));

    assertThat(opened.resumed()).isFalse();
    assertThat(opened.previous()).isEmpty();
    assertThat(opened.generation())
        .isBetween(before - 1_000_000, micros(Instant.now()) + 1_000_000);
  }

  @Test
  default void openingAgainTakesOverWithAHigherGenerationAndNamesThePreviousHolder() {
    SessionKey key = someKey();
    Opened first = get(store().open(key, PHONE));

    Opened second = get(store().open(key, LAPTOP));

    assertThat(second.resumed()).isTrue();
    assertThat(second.previous()).contains(new Holder("node-1", "phone"));
    assertThat(second.generation()).isGreaterThan(first.generation());
  }

  @Test
  default void aLateWriteOfAnOlderGenerationIsRefused() {
    SessionKey key = someKey();
    Opened first = get(store().open(key, PHONE));
    Opened second = get(store().open(key, LAPTOP));
    Instant later = Instant.parse("2026-01-01T12:00:00Z");

    assertThat(get(store().seen(key, first.generation(), later))).isFalse();
    get(store().close(key, first.generation()));

    assertThat(found(key))
        .isEqualTo(
            new StoredSession(
                key, LAPTOP, second.generation(), LAPTOP.connected(), Optional.empty()));
    assertThat(get(store().seen(key, second.generation(), later))).isTrue();
  }

  @Test
  default void beingSeenIsStored() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    Instant later = Instant.parse("2026-01-01T12:00:00.789Z");

    assertThat(get(store().seen(key, generation, later))).isTrue();

    assertThat(found(key))
        .isEqualTo(new StoredSession(key, PHONE, generation, later, Optional.empty()));
  }

  @Test
  default void aClosedSessionIsResumedWithNobodyToTakeItFrom() {
    SessionKey key = someKey();
    Opened first = get(store().open(key, PHONE));
    get(store().close(key, first.generation()));
    assertThat(found(key).closed().orElseThrow())
        .isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));

    Opened second = get(store().open(key, LAPTOP));

    assertThat(second.resumed()).isTrue();
    assertThat(second.previous()).isEmpty();
    assertThat(second.generation()).isGreaterThan(first.generation());
    assertThat(found(key).closed()).isEmpty();
  }

  @Test
  default void aClosedSessionIsNoLongerSeen() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    get(store().close(key, generation));

    assertThat(get(store().seen(key, generation, Instant.now()))).isFalse();
    assertThat(found(key).closed()).isPresent();
  }

  @Test
  default void anUnknownSessionIsNotFoundAndNotRefused() {
    SessionKey key = someKey();

    assertThat(get(store().find(key))).isEmpty();
    assertThat(get(store().seen(key, 1, Instant.now()))).isTrue();
    get(store().close(key, 1));
    assertThat(get(store().find(key))).isEmpty();
  }

  @Test
  default void aWriterTheStoreHasForgottenIsNotRefused() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();

    assertThat(get(store().seen(key, generation + 1, Instant.now()))).isTrue();
  }

  @Test
  default void namesThatLookAlikeAreKeptApart() {
    String random = UUID.randomUUID().toString();
    get(store().open(new SessionKey(random + ":a", "b"), PHONE));

    assertThat(get(store().open(new SessionKey(random, "a:b"), LAPTOP)).resumed()).isFalse();
  }

  @Test
  default void anyNameIsStoredAsItIs() {
    var key = new SessionKey(UUID.randomUUID() + " 'ü\"{}\n\u0000😀", "s p*[a]:ce");
    get(store().open(key, PHONE));

    assertThat(found(key).key()).isEqualTo(key);
    assertThat(found(key).info()).isEqualTo(PHONE);
  }

  @Test
  default void oneOfManySimultaneousConnectionsHoldsTheSession() {
    SessionKey key = someKey();
    List<CompletableFuture<Opened>> opening =
        IntStream.range(0, 50)
            .parallel()
            .mapToObj(_ -> store().open(key, PHONE).toCompletableFuture())
            .toList();
    List<Long> generations = opening.stream().map(opened -> get(opened).generation()).toList();

    assertThat(generations).doesNotHaveDuplicates();
    assertThat(generations.stream().filter(g -> get(store().seen(key, g, Instant.now()))))
        .containsExactly(generations.stream().max(Long::compare).orElseThrow());
    assertThat(opening.stream().filter(opened -> !get(opened).resumed())).hasSize(1);
  }

  @Test
  default void aSessionExpiresUnlessItIsSeen() {
    SessionStore quick = store(Duration.ofMillis(400), Duration.ofMinutes(2));
    SessionKey silent = someKey();
    SessionKey lively = someKey();
    get(quick.open(silent, PHONE));
    long generation = get(quick.open(lively, PHONE)).generation();

    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          get(quick.seen(lively, generation, Instant.now()));
          return get(quick.find(silent)).isEmpty();
        });

    assertThat(get(quick.find(lively))).isPresent();
    assertThat(get(quick.open(silent, LAPTOP)).resumed()).isFalse();
  }

  @Test
  default void aClosedSessionStaysForTheGracePeriodOnly() {
    SessionStore quick = store(Duration.ofMinutes(5), Duration.ofMillis(300));
    SessionKey key = someKey();
    get(quick.close(key, get(quick.open(key, PHONE)).generation()));
    assertThat(get(quick.find(key))).isPresent();

    await().atMost(Duration.ofSeconds(5)).until(() -> get(quick.find(key)).isEmpty());
  }

  private StoredSession found(SessionKey key) {
    return get(store().find(key)).orElseThrow();
  }

  static SessionKey someKey() {
    return new SessionKey("user-" + UUID.randomUUID(), "tab");
  }

  static <T> T get(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
  }

  private static long micros(Instant instant) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, instant);
  }
}
