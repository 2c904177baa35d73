package io.sluice.perf.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;

final class ScriptCommandTest {
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();

  @Command(name = "x")
  private record Fails(Exception why) implements Callable<Integer> {
    @Override
    public Integer call() throws Exception {
      throw why;
    }
  }

  private int run(Exception why) {
    PrintStream err = new PrintStream(said, true, StandardCharsets.UTF_8);
    return ScriptCommand.run("x", new Fails(why), err, err);
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }

  @Test
  void anInterruptionIsALineWhoeverHasWrappedIt() {
    assertThat(run(new IllegalStateException(new IOException(new InterruptedException("now")))))
        .isEqualTo(1);
    assertThat(said()).isEqualTo("interrupted" + System.lineSeparator());
  }

  @Test
  void aFailureIsToldWithWhereItHappened() {
    assertThat(run(new IOException("broken"))).isEqualTo(1);
    assertThat(said()).contains("the run failed:", "java.io.IOException: broken", "\tat ");
  }
}
