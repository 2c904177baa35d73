package io.sluice.session;

import io.sluice.session.RedisCalls.Answers;
import io.sluice.session.RedisCalls.Run;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Writes sessions in their grace period back into a Redis that has lost them. Never over a later
/// generation, nor over the same one: what is there knows more. For one thread, which waits.
public final class SessionRestorer implements AutoCloseable {
  private static final Duration CONNECTING = Duration.ofSeconds(5);
  private static final long THERE = 0;
  private static final long RESTORED = 1;

  private final SessionStoreSettings settings;
  private final RedisLink link;
  private final RedisCalls redis;
  private final RedisIndices indices;

  private SessionRestorer(SessionStoreSettings settings) {
    this.settings = settings;
    this.link = new RedisLink(settings, SessionStores.PATIENCE, Clock.systemUTC(), () -> {});
    this.redis = new RedisCalls(link, settings.queue());
    this.indices = new RedisIndices(redis, settings);
  }

  /// What became of some sessions.
  ///
  /// @param restored those that are there again
  /// @param there those of which as much or more was known
  /// @param over those whose grace period is over by Redis' clock
  public record Outcome(int restored, int there, int over) {
    /// Of no session.
    public static final Outcome NONE = new Outcome(0, 0, 0);

    /// Of both.
    public Outcome plus(Outcome other) {
      return new Outcome(restored + other.restored, there + other.there, over + other.over);
    }
  }

  /// Connects.
  ///
  /// @throws SessionRestoreException saying in one line what is wrong
  public static SessionRestorer open(SessionStoreSettings settings)
      throws SessionRestoreException, InterruptedException {
    SessionRestorer restorer = new SessionRestorer(settings);
    StoreHealth health = restorer.await(restorer.link.maintain(), CONNECTING);
    if (health instanceof StoreHealth.Degraded degraded) {
      restorer.close();
      throw new SessionRestoreException(degraded.reason());
    }
    return restorer;
  }

  /// Restores what is missing of these.
  ///
  /// @throws SessionRestoreException when Redis does not answer; those before may be restored
  public Outcome restore(List<ClosedSession> sessions)
      throws SessionRestoreException, InterruptedException {
    Outcome all = Outcome.NONE;
    for (int from = 0; from < sessions.size(); from += SessionStore.MAX_BATCH) {
      int to = Math.min(sessions.size(), from + SessionStore.MAX_BATCH);
      all = all.plus(batch(sessions.subList(from, to)));
    }
    return all;
  }

  private Outcome batch(List<ClosedSession> sessions)
      throws SessionRestoreException, InterruptedException {
    Answers answers = run(Scripts.RESTORE, sessions.stream().map(this::run).toList());
    List<Run> found = new ArrayList<>();
    int there = 0;
    for (int i = 0; i < sessions.size(); i++) {
      if (answers.values()[i] == RESTORED) {
        found.add(indices.user(sessions.get(i).key()));
      } else if (answers.values()[i] == THERE) {
        there++;
      }
    }
    if (!found.isEmpty()) {
      run(Scripts.INDEX, found);
    }
    return new Outcome(found.size(), there, sessions.size() - found.size() - there);
  }

  private Run run(ClosedSession session) {
    return new Run(
        Keys.of(session.key()),
        List.of(
            Keys.VERSION,
            session.key().user(),
            session.key().session(),
            session.last().node(),
            session.last().client(),
            Long.toString(session.generation()),
            Long.toString(session.last().connected().toEpochMilli()),
            Long.toString(session.closed().toEpochMilli()),
            Long.toString(settings.grace().toMillis())));
  }

  private Answers run(Script script, List<Run> runs)
      throws SessionRestoreException, InterruptedException {
    Answers answers = await(redis.runAll(script, runs), settings.timeout().plusSeconds(1));
    @Nullable Throwable failure = answers.failure();
    if (failure != null) {
      throw new SessionRestoreException("Redis does not answer: " + failure.getMessage());
    }
    return answers;
  }

  private <T> T await(CompletionStage<T> stage, Duration limit)
      throws SessionRestoreException, InterruptedException {
    try {
      return stage.toCompletableFuture().get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw new SessionRestoreException(
          "Redis does not answer: " + (e.getCause() == null ? e : e.getCause()).getMessage());
    } catch (TimeoutException _) {
      throw new SessionRestoreException("Redis does not answer within " + limit.toMillis() + " ms");
    }
  }

  @Override
  public void close() {
    link.close();
  }
}
