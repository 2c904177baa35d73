package io.sluice.gateway;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.gateway.config.SocketConfig.Io;
import io.sluice.gateway.edge.EdgeLoops;
import io.sluice.gateway.health.Exit;
import io.sluice.gateway.health.LoopPulse;
import io.sluice.gateway.health.Watch;
import io.sluice.gateway.hub.LoopThread;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/// A process with one event loop that is watched. It hangs from when a line comes in.
final class HangingMain {
  static final Duration STALL = Duration.ofMillis(500);
  static final Duration EXIT_AFTER = Duration.ofSeconds(1);

  private HangingMain() {}

  public static void main(String[] arguments) throws Exception {
    EdgeLoops loops = new EdgeLoops(1, Io.AUTO);
    LoopThread loop = loops.threads().getFirst();
    new Watch(
            STALL,
            EXIT_AFTER,
            List.of(new LoopPulse(0, loop::later)),
            () -> {},
            () -> System.out.println("last words"),
            Exit.HALT,
            new SimpleMeterRegistry())
        .start();
    loop.execute(() -> System.out.println("turns"));
    if (System.in.read() > 0) {
      loop.execute(HangingMain::hang);
      new CountDownLatch(1).await();
    }
    System.exit(0);
  }

  private static void hang() {
    System.out.println("hangs");
    try {
      new CountDownLatch(1).await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }
}
