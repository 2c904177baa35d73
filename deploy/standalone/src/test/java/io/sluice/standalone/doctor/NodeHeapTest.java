package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What a node's JVM may take, by its flags.
class NodeHeapTest {
  private static final long GIB = 1L << 30;

  @Test
  void theLastOfAKindCounts() {
    assertThat(of("-Xmx1g -XX:+UseG1GC -Xmx1500m"))
        .isEqualTo(new NodeHeap(1500L << 20, 1500L << 20, "-Xmx1500m"));
    assertThat(of("-XX:MaxDirectMemorySize=256m -Xmx2G"))
        .isEqualTo(new NodeHeap(2 * GIB, 256L << 20, "-Xmx2G"));
  }

  @Test
  void aShareOfTheMachineIsUnderstood() {
    assertThat(of("-XX:MaxRAMPercentage=50.0"))
        .isEqualTo(new NodeHeap(2 * GIB, 2 * GIB, "-XX:MaxRAMPercentage=50.0"));
    assertThat(of("-XX:MaxRAMPercentage=50 -Xmx1g").from()).isEqualTo("-Xmx1g");
  }

  @Test
  void withoutAWordItIsWhatTheScriptGives() {
    assertThat(of("")).isEqualTo(new NodeHeap(GIB, GIB, "-Xmx1g"));
  }

  @Test
  void aSizeOfItsOwnIsTaken() {
    assertThat(NodeHeap.ofSize("4g")).contains(new NodeHeap(4 * GIB, 4 * GIB, "-Xmx4g"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "g", "0", "-1g", "1.5g", "1GiB", "999999999999t"})
  void whatIsNoSizeIsNone(String text) {
    assertThat(NodeHeap.ofSize(text)).isEmpty();
  }

  private static NodeHeap of(String flags) {
    return NodeHeap.ofFlags(flags, 4 * GIB);
  }
}
