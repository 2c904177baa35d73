package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// What waits for a socket, its bounds, and how it is put together.
final class OutboxTest {
  private static final long LIMIT = 100;

  private final OutboxBudget budget = new OutboxBudget(1_000);
  private final SpareLists spares = new SpareLists();
  private final Outbox outbox = new Outbox(budget, spares);
  private final FrameBuffer frames = new FrameBuffer();

  @AfterEach
  void close() {
    frames.close();
  }

  private static byte[] message(int length) {
    return new byte[length];
  }

  @Test
  void anEmptyOneTakesOneMessageWhateverItsSize() {
    assertThat(outbox.offer(message(5_000), LIMIT)).isTrue();
    assertThat(outbox.offer(message(1), LIMIT)).isFalse();
    assertThat(outbox.put(message(1), 10_000)).as("a higher limit").isTrue();
  }

  @Test
  void whatTheSocketHasYetToTakeCounts() {
    outbox.unwritten(60);
    assertThat(outbox.offer(message(41), LIMIT)).isFalse();
    assertThat(outbox.offer(message(40), LIMIT)).isTrue();
    assertThat(outbox.offer(message(1), LIMIT)).isFalse();
    outbox.unwritten(0);
    assertThat(outbox.offer(message(1), LIMIT)).isTrue();
  }

  @Test
  void whenTheLoopsBudgetIsSpentOnlyAnEmptyOneTakesAPush() {
    Outbox other = new Outbox(budget, spares);
    assertThat(other.offer(message(1_000), LIMIT)).isTrue();
    assertThat(outbox.offer(message(50), LIMIT)).as("it is empty").isTrue();
    assertThat(outbox.offer(message(1), LIMIT)).isFalse();
    assertThat(outbox.put(message(1), LIMIT)).as("a reply").isTrue();
    other.clear();
    assertThat(outbox.offer(message(1), LIMIT)).isTrue();
  }

  /// Against a list, and the budget against what is in it.
  @Test
  void whateverIsPutInComesOutInOrderAndTheBudgetKnowsHowMuchIsLeft() {
    Random random = new Random(11);
    List<byte[]> expected = new ArrayList<>();
    long unwritten = 0;
    for (int step = 0; step < 20_000; step++) {
      switch (random.nextInt(5)) {
        case 0 -> {
          int n = random.nextInt(expected.size() + 1);
          outbox.take(n);
          expected.subList(0, n).clear();
        }
        case 1 -> {
          unwritten = random.nextInt(50);
          outbox.unwritten(unwritten);
        }
        default -> {
          byte[] message = message(random.nextInt(20));
          if (outbox.put(message, LIMIT)) {
            expected.add(message);
          }
        }
      }
      assertThat(outbox.size()).isEqualTo(expected.size());
      for (int i = 0; i < expected.size(); i++) {
        assertThat(outbox.get(i)).isSameAs(expected.get(i));
      }
      long held = expected.stream().mapToLong(m -> m.length).sum();
      assertThat(budget.used()).isEqualTo(held + unwritten);
    }
    outbox.clear();
    outbox.unwritten(0);
    assertThat(budget.used()).isZero();
  }

  @Test
  void aWriteTakesAtLeastOneMessageAndAtMostSoManyBytes() {
    assertThat(outbox.upTo(10)).isZero();
    outbox.put(message(50), LIMIT);
    assertThat(outbox.upTo(10)).isEqualTo(1);
    outbox.put(message(20), LIMIT);
    outbox.put(message(20), LIMIT);
    assertThat(outbox.upTo(70)).isEqualTo(2);
    assertThat(outbox.upTo(90)).isEqualTo(3);
  }

  private int framings;

  private String put(List<byte[]> messages, String how) {
    ByteBuf bytes =
        frames.of(
            messages,
            messages.size(),
            how,
            (out, all, n) -> {
              framings++;
              for (int i = 0; i < n; i++) {
                out.writeBytes(all.get(i));
              }
            });
    return bytes.toString(StandardCharsets.US_ASCII);
  }

  private static byte[] text(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void theSameMessagesInTheSameLayoutArePutTogetherOnce() {
    byte[] a = text("a");
    byte[] b = text("b");
    assertThat(put(List.of(a, b), "x")).isEqualTo("ab");
    assertThat(put(List.of(a, b), "x")).isEqualTo("ab");
    assertThat(framings).isEqualTo(1);
    assertThat(put(List.of(a, b), "y")).isEqualTo("ab");
    assertThat(framings).as("another layout").isEqualTo(2);
    assertThat(put(List.of(b, a), "y")).isEqualTo("ba");
    assertThat(put(List.of(a), "y")).isEqualTo("a");
    assertThat(put(List.of(a, b, a), "y")).isEqualTo("aba");
    assertThat(put(List.of(text("a"), b, a), "y")).as("equal, not the same").isEqualTo("aba");
    assertThat(framings).isEqualTo(6);
  }

  @Test
  void manyMessagesArePutTogetherAnewEachTime() {
    List<byte[]> many = new ArrayList<>();
    for (int i = 0; i < 300; i++) {
      many.add(text("m"));
    }
    assertThat(put(many, "x")).hasSize(300);
    assertThat(put(many, "x")).hasSize(300);
    assertThat(framings).isEqualTo(2);
    assertThat(put(List.of(text("a")), "x")).isEqualTo("a");
  }
}
