package io.sluice.perf.stress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.sluice.perf.stress.FaultyNode.Fault;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

final class MonitorTest {
  private static StressRun run(FaultyNode node) {
    Map<String, String> properties =
        Map.of(
            "stress.scale", "0.02",
            "stress.edge", node.edge().toString(),
            "stress.api", node.api().toString());
    return new StressRun(StressPlan.of(StressScenario.BASELINE, properties::get));
  }

  private static void awaitLooks(StressRun run, long well, long badly) {
    await()
        .until(() ->
            run.measures().well(Measures.LOOK) >= well
                && run.measures().badly(Measures.LOOK) >= badly);
  }

  @Test
  @Timeout(30)
  void aNodeThatDoesNotAnswerAnyMoreIsALookThatFailed() throws Exception {
    FaultyNode node = new FaultyNode(Fault.NONE);
    StressRun run = run(node);
    try (Monitor monitor = new Monitor(run, null)) {
      awaitLooks(run, 1, 0);
      assertThat(run.measures().badly(Measures.LOOK)).isZero();
      node.close();
      awaitLooks(run, 1, 1);
      assertThat(monitor.failures()).isEmpty();
    } finally {
      node.close();
    }
  }

  @Test
  @Timeout(30)
  void whateverFailsIsToldAndEndsNoLooks() throws Exception {
    try (FaultyNode node = new FaultyNode(Fault.BAD_METRICS)) {
      StressRun run = run(node);
      Monitor monitor = new Monitor(run, null);
      try (monitor) {
        awaitLooks(run, 0, 2);
      }
      assertThat(monitor.failures())
          .singleElement()
          .asString()
          .contains("looks failed, the first with java.lang.NumberFormatException");
    }
  }
}
