package io.sluice.gateway.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;

class AnswerBytesTest {
  private static final class Source implements Flow.Subscription {
    boolean cancelled;

    @Override
    public void request(long n) {}

    @Override
    public void cancel() {
      cancelled = true;
    }
  }

  private final Semaphore room = new Semaphore(10);
  private final Source source = new Source();

  @Test
  void anAnswerHoldsItsShareUntilItWasRead() {
    AnswerBytes answer = answer(8);
    answer.onNext(parts("ab", "cd"));
    answer.onNext(parts("e"));
    assertThat(room.availablePermits()).isEqualTo(5);
    answer.onComplete();
    assertThat(body(answer))
        .isCompletedWithValueMatching(it -> new String(it, UTF_8).equals("abcde"));
    answer.close();
    answer.close();
    assertThat(room.availablePermits()).isEqualTo(10);
  }

  @Test
  void anAnswerThatIsTooLongIsCut() {
    AnswerBytes answer = answer(8);
    answer.onNext(parts("12345678"));
    assertThat(body(answer)).isNotDone();
    answer.onNext(parts("9"));
    assertThat(body(answer))
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withMessageContaining("longer than 8 bytes");
    assertThat(source.cancelled).isTrue();
    answer.close();
    assertThat(room.availablePermits()).isEqualTo(10);
  }

  @Test
  void allAnswersTogetherHaveALimit() {
    AnswerBytes one = answer(8);
    AnswerBytes other = answer(8);
    one.onNext(parts("12345678"));
    other.onNext(parts("123"));
    assertThat(body(other)).isCompletedExceptionally();
    one.close();
    AnswerBytes third = answer(8);
    third.onNext(parts("123"));
    assertThat(body(third)).isNotDone();
  }

  @Test
  void whatComesAfterNobodyWaitsAnyMoreIsNotKept() {
    AnswerBytes answer = answer(8);
    answer.onNext(parts("1"));
    answer.close();
    answer.onNext(parts("2"));
    assertThat(room.availablePermits()).isEqualTo(10);
    assertThat(source.cancelled).isTrue();
  }

  private AnswerBytes answer(int most) {
    AnswerBytes answer = new AnswerBytes(most, room);
    answer.onSubscribe(source);
    return answer;
  }

  private static CompletableFuture<byte[]> body(AnswerBytes answer) {
    return answer.getBody().toCompletableFuture();
  }

  private static List<ByteBuffer> parts(String... texts) {
    return Arrays.stream(texts).map(it -> ByteBuffer.wrap(it.getBytes(UTF_8))).toList();
  }
}
