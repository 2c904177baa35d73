package io.sluice.session;

import io.lettuce.core.RedisException;
import io.lettuce.core.RedisNoScriptException;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.output.IntegerOutput;
import io.lettuce.core.protocol.AsyncCommand;
import io.lettuce.core.protocol.Command;
import io.lettuce.core.protocol.CommandArgs;
import io.lettuce.core.protocol.CommandType;
import io.sluice.session.RedisServers.Connected;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// What is asked of Redis: a call fails when Redis does not answer within the time limit, and at
/// once when the queue is full or the link is down. Any thread; never blocks; answers on Lettuce's
/// threads.
final class RedisCalls {
  /// Stands for an answer that did not come.
  static final long UNANSWERED = -1;

  private final RedisLink link;
  private final int queue;
  private final AtomicInteger waiting = new AtomicInteger();

  /// @param queue how many calls may wait at once
  RedisCalls(RedisLink link, int queue) {
    this.link = link;
    this.queue = queue;
  }

  /// One run of a script among many.
  ///
  /// @param key its `KEYS[1]`
  /// @param arguments its `ARGV`
  record Run(String key, List<String> arguments) {
    Run {
      arguments = List.copyOf(arguments);
    }
  }

  /// What many runs were answered, in their order; [#UNANSWERED] where nothing came, and why the
  /// first of those failed.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Answers(long[] values, @Nullable Throwable failure) {
    int unanswered() {
      return Math.toIntExact(Arrays.stream(values).filter(value -> value == UNANSWERED).count());
    }
  }

  /// Runs a script once.
  <T> CompletionStage<T> run(
      Script script, ScriptOutputType output, String key, String... arguments) {
    return call(commands -> commands.<T>eval(script.text(), output, new String[] {key}, arguments));
  }

  /// One command.
  <T> CompletionStage<T> call(
      Function<RedisClusterAsyncCommands<String, String>, CompletionStage<T>> command) {
    return alive(counted(1, connected -> command.apply(connected.commands())));
  }

  /// Runs a script, which answers with a number, for many keys in one write. The stage fails only
  /// when nothing was sent.
  CompletionStage<Answers> runAll(Script script, List<Run> runs) {
    return counted(
        runs.size(),
        connected -> {
          CompletionStage<Answers> byDigest =
              write(connected, CommandType.EVALSHA, script.digest(), runs);
          return byDigest.thenCompose(answers ->
              answers.failure() instanceof RedisNoScriptException
                  ? again(connected, script, runs, answers)
                  : CompletableFuture.completedFuture(answers));
        });
  }

  /// Only what was not answered, this time with the text.
  private CompletionStage<Answers> again(
      Connected connected, Script script, List<Run> runs, Answers before) {
    List<Integer> places = new ArrayList<>();
    for (int i = 0; i < runs.size(); i++) {
      if (before.values()[i] == UNANSWERED) {
        places.add(i);
      }
    }
    return write(
            connected, CommandType.EVAL, script.text(), places.stream().map(runs::get).toList())
        .thenApply(answers -> {
          for (int i = 0; i < places.size(); i++) {
            before.values()[places.get(i)] = answers.values()[i];
          }
          return new Answers(before.values(), answers.failure());
        });
  }

  private CompletionStage<Answers> write(
      Connected connected, CommandType how, String script, List<Run> runs) {
    List<AsyncCommand<String, String, Long>> commands = new ArrayList<>(runs.size());
    for (Run run : runs) {
      CommandArgs<String, String> args =
          new CommandArgs<>(StringCodec.UTF8)
              .add(script)
              .add(1)
              .addKey(run.key())
              .addValues(run.arguments());
      commands.add(
          new AsyncCommand<>(new Command<>(how, new IntegerOutput<>(StringCodec.UTF8), args)));
    }
    link.send(connected, commands);
    return CompletableFuture.allOf(commands.toArray(CompletableFuture[]::new))
        .handle((_, _) -> answers(commands));
  }

  private Answers answers(List<AsyncCommand<String, String, Long>> commands) {
    long[] values = new long[commands.size()];
    Throwable failure = null;
    for (int i = 0; i < values.length; i++) {
      AsyncCommand<String, String, Long> command = commands.get(i);
      if (command.isCompletedExceptionally()) { // cancelled ones, too
        values[i] = UNANSWERED;
        failure = worse(failure, failureOf(command));
      } else {
        values[i] = command.join();
        link.answered();
      }
    }
    return new Answers(values, failure);
  }

  /// Why a call failed. Lettuce cancels what waits on a connection that ends.
  static Throwable failureOf(CompletableFuture<?> failed) {
    return failed.isCancelled()
        ? new RedisException("cancelled, the connection has ended")
        : failed.exceptionNow();
  }

  /// A script that is not known is a reason to send it, whatever else failed.
  private Throwable worse(@Nullable Throwable known, Throwable next) {
    link.failed(next);
    return known == null || next instanceof RedisNoScriptException ? next : known;
  }

  /// Asks for a sign of life.
  CompletionStage<Long> askForSign() {
    return alive(counted(1, _ -> link.askForSign()));
  }

  /// Who answers is there. Not so what merely ended, as many runs do that nobody answered.
  private <T> CompletionStage<T> alive(CompletionStage<T> answer) {
    return answer.thenApply(it -> {
      link.answered();
      return it;
    });
  }

  private <T> CompletionStage<T> counted(
      int calls, Function<Connected, CompletionStage<T>> command) {
    // Counted here as well as bounded in Lettuce, whose own bound is loose: it counts what is being
    // written and what awaits an answer apart.
    if (waiting.addAndGet(calls) > queue) {
      waiting.addAndGet(-calls);
      return CompletableFuture.failedFuture(new QueueFullException(queue));
    }
    return send(command).whenComplete((_, _) -> waiting.addAndGet(-calls));
  }

  private <T> CompletionStage<T> send(Function<Connected, CompletionStage<T>> command) {
    try {
      return command
          .apply(link.connected())
          .whenComplete((_, failure) -> {
            if (failure != null) {
              link.failed(failure instanceof CompletionException ? cause(failure) : failure);
            }
          });
    } catch (RedisException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  private static Throwable cause(Throwable failure) {
    Throwable cause = failure.getCause();
    return cause == null ? failure : cause;
  }
}
