package io.sluice.session;

import io.lettuce.core.ScriptOutputType;
import io.sluice.session.RedisCalls.Answers;
import io.sluice.session.RedisCalls.Run;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/// Sessions in Redis and nowhere else: a call fails when Redis does not answer, see [RedisCalls].
/// Any thread; never blocks; answers on Lettuce's threads.
final class RedisSessionStore implements SessionStore {
  private static final long REFUSED = 0;
  private static final long KNOWN = 1;

  private final RedisLink link;
  private final RedisCalls redis;
  private final RedisIndices indices;
  private final String ttl;
  private final String grace;
  private final RedisIdempotencyStore idempotency;

  RedisSessionStore(RedisLink link, SessionStoreSettings settings) {
    this.link = link;
    this.redis = new RedisCalls(link, settings.queue());
    this.indices = new RedisIndices(redis, settings);
    this.ttl = millis(settings.ttl());
    this.grace = millis(settings.grace());
    this.idempotency =
        new RedisIdempotencyStore(redis, settings.claim(), IdempotencyStore.ANSWERED);
  }

  private static String millis(Duration duration) {
    return Long.toString(duration.toMillis());
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return redis
        .<List<Object>>run(
            Scripts.OPEN,
            ScriptOutputType.MULTI,
            Keys.of(key),
            Keys.VERSION,
            key.user(),
            key.session(),
            info.node(),
            info.client(),
            Long.toString(info.connected().toEpochMilli()),
            ttl)
        .thenApply(answer -> {
          indices.opened(key, info.node());
          return opened(answer);
        });
  }

  /// What became of a batch.
  ///
  /// @param refused those that came too late
  /// @param unanswered those of which nothing is known
  /// @param failure why, of the first of those
  record Written(
      List<Checkpoint> refused, List<Checkpoint> unanswered, @Nullable Throwable failure) {}

  @Override
  public CompletionStage<List<Checkpoint>> checkpoint(List<Checkpoint> batch) {
    return write(batch)
        .thenCompose(written ->
            written.failure() == null
                ? CompletableFuture.completedFuture(written.refused())
                : CompletableFuture.failedFuture(written.failure()));
  }

  /// Fails when less than half of it was answered: a Redis Cluster may lack a part of its nodes.
  CompletionStage<Written> write(List<Checkpoint> batch) {
    if (batch.size() > MAX_BATCH) {
      throw new IllegalArgumentException(
          "a batch has at most " + MAX_BATCH + " checkpoints: " + batch.size());
    }
    return redis
        .runAll(Scripts.CHECKPOINT, batch.stream().map(this::run).toList())
        .thenCompose(answers -> {
          @Nullable Throwable failure = answers.failure();
          return failure != null && answers.unanswered() * 2 > batch.size()
              ? CompletableFuture.failedFuture(failure)
              : CompletableFuture.completedFuture(written(batch, answers));
        });
  }

  private Run run(Checkpoint live) {
    return new Run(
        Keys.of(live.key()),
        List.of(
            Keys.VERSION,
            live.key().user(),
            live.key().session(),
            live.info().node(),
            live.info().client(),
            Long.toString(live.generation()),
            Long.toString(live.info().connected().toEpochMilli()),
            Long.toString(live.seen().toEpochMilli()),
            StateText.ofNames(live.state().subscriptions()),
            StateText.ofPositions(live.state().served()),
            ttl,
            whole(live.state())));
  }

  private static String whole(SessionState state) {
    return state.whole() ? "1" : "0";
  }

  private Written written(List<Checkpoint> batch, Answers answers) {
    List<Checkpoint> refused = new ArrayList<>();
    List<Checkpoint> unanswered = new ArrayList<>();
    List<Checkpoint> known = new ArrayList<>();
    List<Checkpoint> anew = new ArrayList<>();
    for (int i = 0; i < batch.size(); i++) {
      long answer = answers.values()[i];
      (answer == RedisCalls.UNANSWERED
              ? unanswered
              : answer == REFUSED ? refused : answer == KNOWN ? known : anew)
          .add(batch.get(i));
    }
    indices.live(known, anew);
    return new Written(refused, unanswered, answers.failure());
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation, SessionState last) {
    return redis
        .<Boolean>run(
            Scripts.CLOSE,
            ScriptOutputType.BOOLEAN,
            Keys.of(key),
            Long.toString(generation),
            StateText.ofNames(last.subscriptions()),
            StateText.ofPositions(last.served()),
            grace,
            whole(last))
        .thenAccept(_ -> {});
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return redis
        .call(commands -> commands.hgetall(Keys.of(key)))
        .thenApply(fields ->
            fields.isEmpty() ? Optional.empty() : Optional.of(SessionFields.read(key, fields)));
  }

  @Override
  public CompletionStage<List<StoredSession>> ofUser(String user) {
    return indices.ofUser(user).thenCompose(keys -> find(keys, new ArrayList<>()));
  }

  /// One after another: there are few, and nobody is in a hurry.
  private CompletionStage<List<StoredSession>> find(
      List<SessionKey> left, List<StoredSession> found) {
    if (left.isEmpty()) {
      return CompletableFuture.completedFuture(found);
    }
    return find(left.getFirst())
        .thenCompose(session -> {
          session.ifPresent(found::add);
          return find(left.subList(1, left.size()), found);
        });
  }

  @Override
  public CompletionStage<Integer> sweep(String node, Instant before) {
    return sweep(node, Long.toString(before.toEpochMilli()), 0);
  }

  /// A part of its index at a time. What was looked at leaves the index: a holder that lives after
  /// all enters it again.
  private CompletionStage<Integer> sweep(String node, String before, int earlier) {
    return indices
        .someOfNode(node)
        .thenCompose(members ->
            members.isEmpty()
                ? CompletableFuture.completedFuture(earlier)
                : sweepOut(node, before, members)
                    .thenCompose(swept -> sweep(node, before, earlier + swept)));
  }

  private CompletionStage<Integer> sweepOut(String node, String before, List<String> members) {
    List<Run> runs =
        members.stream()
            .map(member -> new Run(Keys.ofMember(member), List.of(node, grace, before)))
            .toList();
    return redis
        .runAll(Scripts.SWEEP, runs)
        .thenCompose(answers -> {
          @Nullable Throwable failure = answers.failure();
          return failure == null
              ? indices
                  .swept(node, members)
                  .thenApply(_ -> Math.toIntExact(java.util.Arrays.stream(answers.values()).sum()))
              : CompletableFuture.failedFuture(failure);
        });
  }

  /// Asks Redis for a sign of life.
  CompletionStage<Long> askForSign() {
    return redis.askForSign();
  }

  @Override
  public RedisIdempotencyStore idempotency() {
    return idempotency;
  }

  @Override
  public StoreHealth health() {
    return link.health();
  }

  @Override
  public void close() {
    link.close();
  }

  private static Opened opened(List<Object> answer) {
    String node = (String) answer.get(2);
    return new Opened(
        Long.parseLong((String) answer.get(0)),
        answer.get(1).equals(1L),
        node.isEmpty() ? Optional.empty() : Optional.of(new Holder(node, (String) answer.get(3))),
        StateText.read((String) answer.get(4), (String) answer.get(5)));
  }

  /// How a session's hash is read.
  private static final class SessionFields {
    static StoredSession read(SessionKey key, Map<String, String> fields) {
      var info =
          new SessionInfo(
              field(fields, Keys.FIELD_NODE),
              field(fields, Keys.FIELD_CLIENT),
              instant(field(fields, Keys.FIELD_CONNECTED)));
      return new StoredSession(
          key,
          info,
          Long.parseLong(field(fields, Keys.FIELD_GENERATION)),
          instant(field(fields, Keys.FIELD_SEEN)),
          Optional.ofNullable(fields.get(Keys.FIELD_CLOSED)).map(SessionFields::instant),
          fields.containsKey(Keys.FIELD_SWEPT),
          StateText.read(
              fields.getOrDefault(Keys.FIELD_SUBSCRIPTIONS, ""),
              fields.getOrDefault(Keys.FIELD_POSITIONS, "")));
    }

    private static String field(Map<String, String> fields, String name) {
      @Nullable String value = fields.get(name);
      if (value == null) {
        throw new IllegalStateException("a session in Redis has no field '" + name + "'");
      }
      return value;
    }

    private static Instant instant(String millis) {
      return Instant.ofEpochMilli(Long.parseLong(millis));
    }
  }
}
