package io.sluice.session;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// Sessions in this process's memory: all there is without Redis, and the stand-in while Redis is
/// away. Bounded: beyond its size it forgets what was not used for longest. Any thread; answers at
/// once, on the caller's.
final class LocalSessionStore implements SessionStore {
  private final Cache<SessionKey, StoredSession> sessions;
  private final Clock clock;
  private final StoreHealth health;

  LocalSessionStore(SessionStoreSettings settings, Clock clock) {
    this.clock = clock;
    this.health = new StoreHealth.Healthy(clock.instant());
    this.sessions =
        Caffeine.newBuilder()
            .maximumSize(settings.localSessions())
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
      StoredSession opened = StoredSession.opened(key, info, generation);
      if (stored == null) {
        if (sessions.asMap().putIfAbsent(key, opened) == null) {
          return CompletableFuture.completedFuture(new Opened(generation, false, Optional.empty()));
        }
      } else if (sessions.asMap().replace(key, stored, opened)) {
        return CompletableFuture.completedFuture(new Opened(generation, true, stored.holder()));
      }
    }
  }

  @Override
  public CompletionStage<Boolean> seen(SessionKey key, long generation, Instant at) {
    Instant seen = at.truncatedTo(ChronoUnit.MILLIS);
    Optional<StoredSession> stored = replaceIfHeld(key, generation, session -> session.seen(seen));
    return CompletableFuture.completedFuture(
        stored.map(session -> !session.refuses(generation)).orElse(true));
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    var _ = replaceIfHeld(key, generation, session -> session.closed(now));
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return CompletableFuture.completedFuture(Optional.ofNullable(sessions.getIfPresent(key)));
  }

  /// Notes a session that Redis has opened, so that this node still knows it when Redis is away.
  void remember(SessionKey key, SessionInfo info, long generation) {
    sessions.put(key, StoredSession.opened(key, info, generation));
  }

  /// How many sessions it remembers, roughly.
  long size() {
    return sessions.estimatedSize();
  }

  @Override
  public StoreHealth health() {
    return health;
  }

  @Override
  public void close() {
    sessions.invalidateAll();
  }

  /// Writes only if that connection holds the session: any write would keep it from expiring.
  ///
  /// @return what was stored before, if anything
  private Optional<StoredSession> replaceIfHeld(
      SessionKey key, long generation, UnaryOperator<StoredSession> change) {
    while (true) {
      @Nullable StoredSession stored = sessions.getIfPresent(key);
      if (stored == null
          || !stored.isHeldBy(generation)
          || sessions.asMap().replace(key, stored, change.apply(stored))) {
        return Optional.ofNullable(stored);
      }
    }
  }

  private long generationAfter(@Nullable StoredSession stored) {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return stored == null ? now : Math.max(now, stored.generation() + 1);
  }

  private static Duration lifetime(StoredSession session, SessionStoreSettings settings) {
    return session.closed().isPresent() ? settings.grace() : settings.ttl();
  }
}
