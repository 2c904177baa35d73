package io.sluice.perf.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AccountingTest {
  private static final long MIB = 1L << 20;

  @Test
  void thisProcessHoldsWhatItsHeapNeedsAtLeast() throws Exception {
    Runtime runtime = Runtime.getRuntime();
    long used = runtime.totalMemory() - runtime.freeMemory();
    assertThat(Accounting.residentBytes(ProcessHandle.current().pid()))
        .isBetween(Math.max(20 * MIB, used / 2), 64 * 1024 * MIB);
  }

  @Test
  void aProcessThatHasEndedIsToldApart() throws Exception {
    Process ended = new ProcessBuilder(List.of("true")).start();
    assertThat(ended.waitFor()).isZero();
    assertThatThrownBy(() -> Accounting.residentBytes(ended.pid())).isInstanceOf(IOException.class);
    assertThatThrownBy(() -> Accounting.cpu(ended.pid())).isInstanceOf(IllegalStateException.class);
  }
}
