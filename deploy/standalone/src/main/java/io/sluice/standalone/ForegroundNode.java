package io.sluice.standalone;

import io.sluice.gateway.ConfigWatch;
import io.sluice.gateway.EndBySignal;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.StartException;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.ConfigLoader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// One gateway node that is all this process does: it drains and ends on SIGTERM or Ctrl-C, and at
/// once on another one.
final class ForegroundNode {
  private ForegroundNode() {}

  /// Returns when the node has been told to end, which normally ends the process before.
  static void run(Path config) throws CommandFailure, InterruptedException {
    Logs.toStderr();
    ConfigWatch watch = ConfigWatch.of(config);
    Gateway node = start(config);
    watch.start(() -> node.reload(() -> ConfigLoader.load(config))).onHangup();
    EndBySignal.of(node);
    new CountDownLatch(1).await();
  }

  private static Gateway start(Path config) throws CommandFailure {
    try {
      return Gateway.start(ConfigLoader.load(config));
    } catch (ConfigException e) {
      throw CommandFailure.misused(String.join("\n", e.problems()));
    } catch (StartException e) {
      throw CommandFailure.failed(String.valueOf(e.getMessage()));
    }
  }
}
