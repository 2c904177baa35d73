package io.sluice.session;

import io.lettuce.core.RedisException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.async.RedisAsyncCommands;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Sessions in Redis and nowhere else: a call fails when Redis does not answer within the time
/// limit, and at once when the queue is full or the link is down. Any thread; never blocks; answers
/// on Lettuce's threads.
final class RedisSessionStore implements SessionStore {
  private final RedisLink link;
  private final Duration ttl;
  private final Duration grace;
  private final int queue;
  private final AtomicInteger waiting = new AtomicInteger();

  RedisSessionStore(RedisLink link, SessionStoreSettings settings) {
    this.link = link;
    this.ttl = settings.ttl();
    this.grace = settings.grace();
    this.queue = settings.queue();
  }

  @Override
  public CompletionStage<Opened> open(SessionKey key, SessionInfo info) {
    return this.<List<Object>>run(
            Scripts.OPEN,
            ScriptOutputType.MULTI,
            key,
            Keys.VERSION,
            key.user(),
            key.session(),
            info.node(),
            info.client(),
            Long.toString(info.connected().toEpochMilli()),
            Long.toString(ttl.toMillis()))
        .thenApply(RedisSessionStore::opened);
  }

  @Override
  public CompletionStage<Boolean> seen(SessionKey key, long generation, Instant at) {
    return this.<Boolean>run(
        Scripts.SEEN,
        ScriptOutputType.BOOLEAN,
        key,
        Long.toString(generation),
        Long.toString(at.toEpochMilli()),
        Long.toString(ttl.toMillis()));
  }

  @Override
  public CompletionStage<Void> close(SessionKey key, long generation) {
    return this.<Boolean>run(
            Scripts.CLOSE,
            ScriptOutputType.BOOLEAN,
            key,
            Long.toString(generation),
            Long.toString(grace.toMillis()))
        .thenAccept(_ -> {});
  }

  @Override
  public CompletionStage<Optional<StoredSession>> find(SessionKey key) {
    return call(commands -> commands.hgetall(Keys.of(key)))
        .thenApply(
            fields -> fields.isEmpty() ? Optional.empty() : Optional.of(stored(key, fields)));
  }

  /// Asks Redis for a sign of life.
  CompletionStage<String> ping() {
    return call(RedisAsyncCommands::ping);
  }

  @Override
  public StoreHealth health() {
    return link.health();
  }

  @Override
  public void close() {
    link.close();
  }

  private <T> CompletionStage<T> run(
      String script, ScriptOutputType output, SessionKey key, String... arguments) {
    return call(
        commands -> commands.<T>eval(script, output, new String[] {Keys.of(key)}, arguments));
  }

  private <T> CompletionStage<T> call(
      Function<RedisAsyncCommands<String, String>, CompletionStage<T>> command) {
    // Counted here as well as bounded in Lettuce, whose own bound is loose: it counts what is being
    // written and what awaits an answer apart.
    if (waiting.incrementAndGet() > queue) {
      waiting.decrementAndGet();
      return CompletableFuture.failedFuture(new QueueFullException(queue));
    }
    return send(command).whenComplete((_, _) -> waiting.decrementAndGet());
  }

  private <T> CompletionStage<T> send(
      Function<RedisAsyncCommands<String, String>, CompletionStage<T>> command) {
    try {
      return command.apply(link.commands()).thenApply(this::answered);
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private <T> T answered(T answer) {
    link.answered();
    return answer;
  }

  private static Opened opened(List<Object> answer) {
    String node = (String) answer.get(2);
    return new Opened(
        Long.parseLong((String) answer.get(0)),
        answer.get(1).equals(1L),
        node.isEmpty() ? Optional.empty() : Optional.of(new Holder(node, (String) answer.get(3))));
  }

  private static StoredSession stored(SessionKey key, Map<String, String> fields) {
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
        Optional.ofNullable(fields.get(Keys.FIELD_CLOSED)).map(RedisSessionStore::instant));
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
