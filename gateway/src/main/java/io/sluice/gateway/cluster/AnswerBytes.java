package io.sluice.gateway.cluster;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/// Collects one answer, and ends it when it is too long or too much is under way together. Holds
/// its share of what may be until [#close]. Thread-safe.
final class AnswerBytes implements BodySubscriber<byte[]>, AutoCloseable {
  private final int most;
  private final Semaphore room;
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final CompletableFuture<byte[]> body = new CompletableFuture<>();
  private Flow.@Nullable Subscription subscription;
  private boolean closed;
  private int taken;

  /// @param most bytes of one answer
  /// @param room bytes of all answers under way
  AnswerBytes(int most, Semaphore room) {
    this.most = most;
    this.room = room;
  }

  @Override
  public CompletionStage<byte[]> getBody() {
    return body;
  }

  @Override
  public synchronized void onSubscribe(Flow.Subscription given) {
    subscription = given;
    given.request(Long.MAX_VALUE);
  }

  @Override
  public synchronized void onNext(List<ByteBuffer> parts) {
    for (ByteBuffer part : parts) {
      int more = part.remaining();
      if (closed) {
        return;
      }
      if (taken + (long) more > most) {
        fail(new IOException("an answer is longer than %d bytes".formatted(most)));
        return;
      }
      if (!room.tryAcquire(more)) {
        fail(
            new UnansweredException(
                UnansweredException.Why.OWN_LIMIT, "too many bytes of answers are under way"));
        return;
      }
      taken += more;
      byte[] copy = new byte[more];
      part.get(copy);
      bytes.writeBytes(copy);
    }
  }

  @Override
  public void onError(Throwable failure) {
    body.completeExceptionally(failure);
  }

  @Override
  public synchronized void onComplete() {
    body.complete(bytes.toByteArray());
  }

  /// The answer was read, or nobody waits for it any more.
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    room.release(taken);
    bytes.reset();
    if (subscription != null) {
      subscription.cancel();
    }
  }

  private void fail(IOException why) {
    if (subscription != null) {
      subscription.cancel();
    }
    body.completeExceptionally(why);
  }
}
