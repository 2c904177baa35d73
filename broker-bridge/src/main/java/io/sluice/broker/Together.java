package io.sluice.broker;

import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/// Waiting for several at once, where each alone takes its time.
final class Together {
  private Together() {}

  /// Returns when all have returned; has no limit of its own. An interrupt goes on to each.
  static void run(Runnable... all) {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List.of(all).forEach(threads::execute);
    }
  }
}
