package io.sluice.gateway;

import io.sluice.gateway.config.ConfigException;
import io.sluice.gateway.config.ConfigLoader;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/// A production node: `--config FILE`. Runs until SIGTERM, see [EndBySignal].
public final class GatewayMain {
  /// Wrong usage or configuration, as of sysexits and shells.
  private static final int MISUSE = 2;

  private static final int FAILED = 1;

  private GatewayMain() {}

  /// Starts and stays.
  ///
  /// @param args `--config FILE`
  public static void main(String[] args) throws InterruptedException {
    if (args.length != 2 || !args[0].equals("--config")) {
      System.err.println("usage: --config FILE");
      System.exit(MISUSE);
    }
    try {
      Path file = Path.of(args[1]);
      ConfigWatch watch = ConfigWatch.of(file).onHangup(); // or it would end a start
      Gateway gateway = Gateway.start(ConfigLoader.load(file));
      watch.start(() -> gateway.reload(() -> ConfigLoader.load(file)));
      EndBySignal.of(gateway);
      new CountDownLatch(1).await();
    } catch (ConfigException e) {
      System.err.println(e.getMessage());
      System.exit(MISUSE);
    } catch (StartException e) {
      System.err.println(e.getMessage());
      System.exit(FAILED);
    }
  }
}
