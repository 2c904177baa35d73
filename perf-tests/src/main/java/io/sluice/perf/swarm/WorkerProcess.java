package io.sluice.perf.swarm;

import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/// One worker and its process. One thread.
final class WorkerProcess implements AutoCloseable {
  /// The longest order is opening an audience or cutting it.
  private static final Duration ANSWER = Duration.ofMinutes(4);

  private final ChildProcess process;

  private WorkerProcess(ChildProcess process) {
    this.process = process;
  }

  static WorkerProcess start(List<String> flags) throws IOException {
    return new WorkerProcess(ChildProcess.java("swarm", flags, SwarmMain.class, List.of()));
  }

  void order(Order order) throws IOException {
    process.say(Order.write(order));
  }

  Report answer() throws IOException {
    return Report.read(process.line(ANSWER));
  }

  @Override
  public void close() {
    process.close();
  }
}
