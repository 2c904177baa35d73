package io.sluice.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

  Instant LATER = Instant.parse("2026-01-01T12:00:00Z");

  SessionState STATE =
      new SessionState(
          List.of("orders:42", "a:b 'ü"),
          List.of(new Served("news", "e1", 7, 1_000_000), new Served("ü:😀", "e2", 0, 0)));

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

    assertThat(accepts(live(key, PHONE, first.generation(), later))).isFalse();
    close(key, first.generation());

    assertThat(found(key))
        .isEqualTo(StoredSession.opened(key, LAPTOP, second.generation(), SessionState.NONE));
    assertThat(accepts(live(key, LAPTOP, second.generation(), later))).isTrue();
  }

  @Test
  default void aCheckpointIsStoredAndTheNextConnectionIsGivenItsState() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    Instant later = Instant.parse("2026-01-01T12:00:00.789Z");
    Checkpoint live = new Checkpoint(key, PHONE, generation, later, STATE);

    assertThat(accepts(live)).isTrue();

    assertThat(found(key)).isEqualTo(StoredSession.of(live));
    Opened next = get(store().open(key, LAPTOP));
    assertThat(next.state()).isEqualTo(STATE);
    assertThat(found(key).state()).as("until its first checkpoint").isEqualTo(STATE);
    assertThat(accepts(live(key, LAPTOP, next.generation(), later))).isTrue();
    assertThat(found(key).state()).isEqualTo(SessionState.NONE);
  }

  @Test
  default void whatAConnectionLeavesAtItsEndIsGivenToTheNext() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    get(store().close(key, generation, STATE));

    assertThat(get(store().open(key, LAPTOP)).state()).isEqualTo(STATE);
  }

  /// Whoever opened it was not told what was left, and must not wipe it out.
  @Test
  default void aStateThatIsNotWholeWipesNothingOut() {
    SessionState nothing = new SessionState(List.of(), List.of(), false);
    SessionState guess = new SessionState(List.of("guessed"), List.of(), false);
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    get(store().checkpoint(List.of(new Checkpoint(key, PHONE, generation, LATER, STATE))));

    assertThat(accepts(new Checkpoint(key, PHONE, generation, LATER, nothing))).isTrue();
    assertThat(found(key).state()).isEqualTo(STATE);
    assertThat(accepts(new Checkpoint(key, PHONE, generation, LATER, guess))).isTrue();
    assertThat(found(key).state()).isEqualTo(STATE);
    get(store().close(key, generation, nothing));
    assertThat(found(key).state()).isEqualTo(STATE);

    SessionKey lost = someKey();
    assertThat(accepts(new Checkpoint(lost, PHONE, generation, LATER, guess))).isTrue();
    assertThat(found(lost).state().subscriptions())
        .as("better than nothing where nothing is left")
        .containsExactly("guessed");
  }

  @Test
  default void ofABatchThoseAreRefusedThatCameTooLate() {
    List<SessionKey> keys =
        IntStream.range(0, SessionStore.MAX_BATCH).mapToObj(_ -> someKey()).toList();
    List<Checkpoint> batch =
        keys.stream()
            .map(key -> live(key, PHONE, get(store().open(key, PHONE)).generation(), Instant.now()))
            .toList();
    get(store().open(keys.get(7), LAPTOP));
    get(store().open(keys.get(200), LAPTOP));

    assertThat(get(store().checkpoint(batch)))
        .containsExactlyInAnyOrder(batch.get(7), batch.get(200));
    assertThat(get(store().checkpoint(List.of()))).isEmpty();
  }

  @Test
  default void aClosedSessionIsResumedWithNobodyToTakeItFrom() {
    SessionKey key = someKey();
    Opened first = get(store().open(key, PHONE));
    close(key, first.generation());
    assertThat(found(key).closed().orElseThrow())
        .isCloseTo(Instant.now(), within(5, ChronoUnit.SECONDS));

    Opened second = get(store().open(key, LAPTOP));

    assertThat(second.resumed()).isTrue();
    assertThat(second.previous()).isEmpty();
    assertThat(second.generation()).isGreaterThan(first.generation());
    assertThat(found(key).closed()).isEmpty();
  }

  @Test
  default void aCheckpointOfAConnectionThatHasClosedItsSessionIsRefused() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    close(key, generation);

    assertThat(accepts(live(key, PHONE, generation, Instant.now()))).isFalse();
    assertThat(found(key).closed()).isPresent();
  }

  @Test
  default void aSessionThatTheStoreHasLostIsBackWithTheNextCheckpoint() {
    SessionKey key = someKey();
    assertThat(get(store().find(key))).isEmpty();
    close(key, 1);
    assertThat(get(store().find(key))).as("closed, but never known").isEmpty();
    Checkpoint live = new Checkpoint(key, PHONE, 1_767_225_600_000_000L, Instant.now(), STATE);

    assertThat(accepts(live)).isTrue();

    assertThat(found(key)).isEqualTo(StoredSession.of(live));
    assertThat(get(store().ofUser(key.user()))).containsExactly(StoredSession.of(live));
    Opened next = get(store().open(key, LAPTOP));
    assertThat(next.previous()).contains(PHONE.holder());
    assertThat(next.state()).isEqualTo(STATE);
  }

  @Test
  default void aCheckpointReplacesAnEarlierHolderThatTheStoreStillKnows() {
    SessionKey key = someKey();
    long generation = get(store().open(key, PHONE)).generation();
    Checkpoint later = live(key, LAPTOP, generation + 1, Instant.now());

    assertThat(accepts(later)).isTrue();

    assertThat(found(key)).isEqualTo(StoredSession.of(later));
    assertThat(accepts(live(key, PHONE, generation, Instant.now()))).isFalse();
  }

  @Test
  default void anOpeningThatNobodyWasToldOfFencesNobodyOut() {
    SessionKey key = someKey();
    get(store().open(key, PHONE)); // done, but its answer came too late: another generation counts
    long told = get(store().find(key)).orElseThrow().generation() - 1000;

    assertThat(accepts(live(key, PHONE, told, Instant.now()))).isTrue();

    assertThat(found(key).generation()).isEqualTo(told);
    assertThat(accepts(live(key, LAPTOP, told + 1, Instant.now()))).isTrue();
    assertThat(accepts(live(key, PHONE, told, Instant.now()))).isFalse();
  }

  @Test
  default void theSessionsOfAUserAreFoundWhetherOpenOrInGrace() {
    String user = "user-" + UUID.randomUUID();
    SessionKey one = new SessionKey(user, "one");
    SessionKey two = new SessionKey(user, "two:2");
    get(store().open(someKey(), PHONE));
    get(store().open(one, PHONE));
    close(two, get(store().open(two, LAPTOP)).generation());

    await()
        .atMost(Duration.ofSeconds(5)) // an index is written beside, and nobody waits for it
        .untilAsserted(() ->
            assertThat(get(store().ofUser(user)))
                .containsExactlyInAnyOrder(found(one), found(two)));
    assertThat(get(store().ofUser("nobody-" + user))).isEmpty();
  }

  @Test
  default void theGraceOfWhatADeadNodeLeftBeginsWhenItIsSwept() {
    SessionInfo there = new SessionInfo("dead-" + UUID.randomUUID(), "c", PHONE.connected());
    SessionKey left = someKey();
    SessionKey moved = someKey();
    SessionKey ended = someKey();
    get(store().open(left, there));
    get(store().open(moved, there));
    close(ended, get(store().open(ended, there)).generation());
    get(store().open(moved, LAPTOP));
    await()
        .atMost(Duration.ofSeconds(5))
        .until(
            () -> get(store().sweep(there.node(), LATER)) > 0 || found(left).closed().isPresent());

    assertThat(found(left).closed()).isPresent();
    assertThat(found(left).swept()).isTrue();
    assertThat(found(moved).closed()).as("held elsewhere").isEmpty();
    assertThat(found(ended).swept()).as("closed before").isFalse();
    assertThat(get(store().sweep(there.node(), LATER))).as("nothing is left").isZero();
    Opened next = get(store().open(left, LAPTOP));
    assertThat(next.resumed()).isTrue();
    assertThat(next.previous()).as("a dead connection need not be closed").isEmpty();
  }

  @Test
  default void whatConnectedToTheNextProcessOfThatNameIsNotSwept() {
    Instant started = PHONE.connected().plusSeconds(1);
    String node = "again-" + UUID.randomUUID();
    SessionKey left = someKey();
    SessionKey anew = someKey();
    get(store().open(anew, new SessionInfo(node, "c", started)));
    get(store().open(left, new SessionInfo(node, "c", PHONE.connected())));
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> get(store().sweep(node, started)) > 0 || found(left).closed().isPresent());
    assertThat(found(left).swept()).isTrue();
    assertThat(found(anew).closed()).isEmpty();
  }

  @Test
  default void whoWasTakenForDeadAndLivesHoldsItsSessionAgain() {
    SessionInfo there = new SessionInfo("dead-" + UUID.randomUUID(), "c", PHONE.connected());
    SessionKey key = someKey();
    long generation = get(store().open(key, there)).generation();
    await().atMost(Duration.ofSeconds(5)).until(() -> get(store().sweep(there.node(), LATER)) == 1);

    Checkpoint live = live(key, there, generation, Instant.now());
    assertThat(accepts(live)).isTrue();

    assertThat(found(key)).isEqualTo(StoredSession.of(live));
    await().atMost(Duration.ofSeconds(5)).until(() -> get(store().sweep(there.node(), LATER)) == 1);
  }

  @Test
  default void aHolderThatWasTakenForDeadMayCloseItsSession() {
    SessionInfo there = new SessionInfo("dead-" + UUID.randomUUID(), "c", PHONE.connected());
    SessionKey key = someKey();
    long generation = get(store().open(key, there)).generation();
    await().atMost(Duration.ofSeconds(5)).until(() -> get(store().sweep(there.node(), LATER)) == 1);

    get(store().close(key, generation, STATE));

    assertThat(found(key).swept()).isFalse();
    assertThat(found(key).state()).isEqualTo(STATE);
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
    List<SessionInfo> tabs =
        IntStream.range(0, 50)
            .mapToObj(i -> new SessionInfo("node-" + i % 2, "tab-" + i, PHONE.connected()))
            .toList();
    List<CompletableFuture<Opened>> opening =
        tabs.stream().parallel().map(tab -> store().open(key, tab).toCompletableFuture()).toList();
    List<Long> generations = opening.stream().map(opened -> get(opened).generation()).toList();

    assertThat(generations).doesNotHaveDuplicates();
    assertThat(
            IntStream.range(0, 50)
                .filter(i -> accepts(live(key, tabs.get(i), generations.get(i), Instant.now())))
                .mapToObj(generations::get))
        .containsExactly(generations.stream().max(Long::compare).orElseThrow());
    assertThat(opening.stream().filter(opened -> !get(opened).resumed())).hasSize(1);
  }

  @Test
  default void aSessionExpiresUnlessThereAreCheckpoints() {
    SessionStore quick = store(Duration.ofMillis(400), Duration.ofMinutes(2));
    SessionKey silent = someKey();
    SessionKey lively = someKey();
    get(quick.open(silent, PHONE));
    long generation = get(quick.open(lively, PHONE)).generation();

    await()
        .atMost(Duration.ofSeconds(5))
        .pollInterval(Duration.ofMillis(50))
        .until(() -> {
          get(quick.checkpoint(List.of(live(lively, PHONE, generation, Instant.now()))));
          // Both at once: where the second look comes too late there is another checkpoint.
          return get(quick.find(silent)).isEmpty() && get(quick.find(lively)).isPresent();
        });

    assertThat(get(quick.open(silent, LAPTOP)).resumed()).isFalse();
  }

  @Test
  default void aClosedSessionStaysForTheGracePeriodOnly() {
    Duration grace = Duration.ofMillis(300);
    SessionStore quick = store(Duration.ofMinutes(5), grace);
    SessionKey closed =
        whileItLasts(
            grace,
            () -> {
              SessionKey key = someKey();
              get(quick.close(key, get(quick.open(key, PHONE)).generation(), SessionState.NONE));
              assertThat(get(quick.find(key))).isPresent();
              return key;
            });

    await().atMost(Duration.ofSeconds(5)).until(() -> get(quick.find(closed)).isEmpty());
  }

  private boolean accepts(Checkpoint live) {
    return get(store().checkpoint(List.of(live))).isEmpty();
  }

  static Checkpoint live(SessionKey key, SessionInfo info, long generation, Instant at) {
    return new Checkpoint(key, info, generation, at, SessionState.NONE);
  }

  private void close(SessionKey key, long generation) {
    get(store().close(key, generation, SessionState.NONE));
  }

  private StoredSession found(SessionKey key) {
    return get(store().find(key)).orElseThrow();
  }

  /// What fails after `life` may have looked too late for what was there, and is tried again.
  static <T> T whileItLasts(Duration life, Supplier<T> attempt) {
    for (int left = 20; ; left--) {
      long start = System.nanoTime();
      try {
        return attempt.get();
      } catch (AssertionError e) {
        if (left == 0 || System.nanoTime() - start < life.toNanos()) {
          throw e;
        }
      }
    }
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
