package io.sluice.perf.chaos;

import java.io.IOException;

/// Does to the end what must be done although this thread has been interrupted, and does not forget
/// that it was.
final class Undisturbed {
  private Undisturbed() {}

  /// What must be done.
  interface Ending {
    void run() throws IOException;
  }

  static void run(Ending ending) throws IOException {
    boolean interrupted = Thread.interrupted();
    try {
      ending.run();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
