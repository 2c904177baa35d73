package io.sluice.standalone;

import io.sluice.gateway.ConfigWatch;
import io.sluice.gateway.EndBySignal;
import io.sluice.gateway.Gateway;
import io.sluice.gateway.StartException;
import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.ConfigLoader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/// One gateway node that is all this process does: it drains and ends on SIGTERM or Ctrl-C, and at
/// once on another one.
final class ForegroundNode {
  private ForegroundNode() {}

  /// Returns when the node has been told to end, which normally ends the process before.
  static void run(Path config) throws CommandFailure, InterruptedException {
    Logs.toStderr();
    Thread.setDefaultUncaughtExceptionHandler(ForegroundNode::ended);
    // a SIGHUP that comes while it starts, which may take minutes, would end the process by itself
    ConfigWatch watch = ConfigWatch.of(config).onHangup();
    Gateway node = start(config);
    watch.start(() -> node.reload(() -> ConfigLoader.load(config)));
    EndBySignal.of(node);
    new CountDownLatch(1).await();
  }

  /// In the log, as a line, and not as text beside it. Its logger is made only then: the first one
  /// decides where logs go.
  private static void ended(Thread thread, Throwable failure) {
    LoggerFactory.getLogger(ForegroundNode.class)
        .error("a thread ended with an exception name={}", thread.getName(), failure);
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
