package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.protocol.Deflation;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class InflationTest {
  private static final int LIMIT = 64 << 10;

  private final Inflation inflation = new Inflation();

  private static byte[] zeros(int size) {
    return new Deflation().payload(new byte[size], 15);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 1_023, 1_024, 1_025, LIMIT - 1, LIMIT})
  void aMessageUpToTheLimitComesWhole(int size) {
    assertThat(inflation.inflate(zeros(size), LIMIT))
        .isInstanceOfSatisfying(
            Inflated.Message.class, message -> assertThat(message.bytes()).hasSize(size));
  }

  @ParameterizedTest
  @ValueSource(ints = {LIMIT + 1, LIMIT + 2, 2 * LIMIT, 64 << 20})
  void oneBeyondItIsTooLarge(int size) {
    assertThat(inflation.inflate(zeros(size), LIMIT)).isInstanceOf(Inflated.TooLarge.class);
  }

  /// Counted by the JVM: what this thread allocated.
  @Test
  void aBombCostsNoMoreThanAMessageOfTheLargestSize() {
    byte[] bomb = zeros(256 << 20);
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    var _ = inflation.inflate(bomb, LIMIT); // classes and the decompressor are there
    long before = threads.getCurrentThreadAllocatedBytes();

    assertThat(inflation.inflate(bomb, LIMIT)).isInstanceOf(Inflated.TooLarge.class);

    long allocated = threads.getCurrentThreadAllocatedBytes() - before;
    assertThat(allocated).isLessThan(4L * LIMIT + 2L * bomb.length);
  }

  @Test
  void afterSomethingCorruptTheNextMessageIsRead() {
    assertThat(inflation.inflate(new byte[] {7}, LIMIT)).isInstanceOf(Inflated.Corrupt.class);
    assertThat(inflation.inflate(zeros(10), LIMIT)).isInstanceOf(Inflated.Message.class);
  }

  /// Each of them would find its own end, and start anew.
  @Test
  void aMessageOfNothingButFinalBlocksIsGivenUp() {
    byte[] blocks = new byte[LIMIT];
    for (int i = 0; i < blocks.length; i += 2) {
      blocks[i] = 3;
    }
    assertThat(inflation.inflate(blocks, LIMIT)).isInstanceOf(Inflated.Corrupt.class);
  }
}
