package io.sluice.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Sessions in this process's memory: all there is without Redis, and the stand-in while Redis is
/// away. Bounded: beyond its size it forgets what was not used for longest. Any thread; answers at
/// once, on the caller's.
final class LocalSessionStore implements SessionStore {
  /// What a session takes that leaves nothing, bytes.
  private static final int WEIGHT = 512;

  private final Cache<SessionKey, StoredSession> sessions;
  private final Clock clock;
  private final StoreHealth health;
  private final LocalIdempotencyStore idempotency;

  LocalSessionStore(SessionStoreSettings settings, Clock clock) {
    this.clock = clock;
    this.idempotency =
        new LocalIdempotencyStore(
            settings.claim(), IdempotencyStore.ANSWERED, Ticker.systemTicker());
    this.health = new StoreHealth.Healthy(clock.instant());
    this.sessions =
        Caffeine.newBuilder()
            .maximumWeight((long) settings.localSessions() * WEIGHT)
            .weigher((SessionKey _, StoredSession session) -> WEIGHT + session.state().weight())
            .expireAfter(
                Expiry.<SessionKey, StoredSession>writing(
                    (_, session) -> lifetime(session, settings)))
            // Its housekeeping is a little work now and then; a pool for it would be more.
            .executor(Runnable::run)
            .build();
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    while (true) {
      @Nullable StoredSession stored = sessions.getIfPresent(key);
      long generation = generationAfter(stored);
      SessionState state = stored == null ? SessionState.NONE : stored.state();
      StoredSession opened = StoredSession.opened(key, info, generation, state);
      if (stored == null) {
        if (sessions.asMap().putIfAbsent(key, opened) == null) {
          return CompletableFuture.completedFuture(Opened.anew(generation));
        }
      } else if (sessions.asMap().replace(key, stored, opened)) {
        return CompletableFuture.completedFuture(
            new Opened(generation, true, stored.holder(), state));
      }
    }
  }

  @Override
  public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
    List<Checkpoint> refused = new ArrayList<>();
    for (Checkpoint live : batch) {
      if (!takes(live)) {
        refused.add(live);
      }
    }
    return CompletableFuture.completedFuture(refused);
  }

  private boolean takes(Checkpoint live) {
    while (true) {
      StoredSession now = StoredSession.of(live);
      @Nullable StoredSession stored = sessions.asMap().putIfAbsent(live.key(), now);
      if (stored == null) {
        return true;
      }
      if (stored.refuses(live)) {
        return false; // and is not kept from expiring by this
      }
      if (sessions.asMap().replace(live.key(), stored, now.over(stored.state()))) {
        return true;
      }
    }
  }

  /// Writes only if something changes: any write would keep it from expiring.
  @Override
  public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
    Instant now = now();
    while (true) {
      @Nullable StoredSession stored = sessions.getIfPresent(key);
      if (stored == null
          || !stored.mayClose(generation)
          || sessions.asMap().replace(key, stored, stored.closed(now, last))) {
        return CompletableFuture.completedFuture(null);
      }
    }
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return CompletableFuture.completedFuture(Optional.ofNullable(sessions.getIfPresent(key)));
  }

  /// Looks at everything it has.
  @Override
  public CompletionStage<List<StoredSession>> ofUser(String user) {
    return CompletableFuture.completedFuture(
        sessions.asMap().values().stream()
            .filter(session -> session.key().user().equals(user))
            .limit(MAX_OF_USER)
            .toList());
  }

  @Override
  public CompletionStage<Integer> sweep(String node, Instant before) {
    Instant now = now();
    int swept = 0;
    for (StoredSession session : sessions.asMap().values()) {
      SessionInfo info = session.info();
      boolean left =
          info.node().equals(node)
              && info.connected().isBefore(before)
              && session.closed().isEmpty();
      if (left && sessions.asMap().replace(session.key(), session, session.sweptOut(now))) {
        swept++;
      }
    }
    return CompletableFuture.completedFuture(swept);
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  /// Notes a session that Redis has opened, so that this node still knows it when Redis is away.
  ///
  /// @return the same, with what is known here of a session that Redis has lost
  Opened remember(SessionKey key, SessionInfo info, Opened opened) {
    @Nullable StoredSession before = opened.resumed() ? null : sessions.getIfPresent(key);
    Opened known = before == null ? opened : opened.with(before.state());
    sessions.put(key, StoredSession.opened(key, info, known.generation(), known.state()));
    return known;
  }

  /// Notes that Redis has refused a checkpoint: that holds through an outage, too.
  void refused(Checkpoint late) {
    var _ = close(late.key(), late.generation(), late.state());
  }

  /// How many sessions it remembers, roughly.
  long size() {
    return sessions.estimatedSize();
  }

  @Override
  public LocalIdempotencyStore idempotency() {
    return idempotency;
  }

  @Override
  public StoreHealth health() {
    return health;
  }

  @Override
  public void close() {
    sessions.invalidateAll();
  }

  private long generationAfter(@Nullable StoredSession stored) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return stored == null ? now : Math.max(now, stored.generation() + 1);
  }

  private static Duration lifetime(StoredSession session, SessionStoreSettings settings) {
    return session.closed().isPresent() ? settings.grace() : settings.ttl();
  }
}
