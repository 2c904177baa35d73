package io.sluice.standalone;

import io.sluice.broker.ChannelName;
import io.sluice.standalone.watch.Feed;
import io.sluice.standalone.watch.TokenSource;
import io.sluice.standalone.watch.Watcher;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Does once what the small commands do, without a server, so that the JVM can write down which
/// classes they load: they start in half the time with that archive. Run by the script `sluice`
/// after a build.
public final class Rehearsal {
  private static final String SECRET = "only-long-enough-to-sign-something";
  private static final String NOBODY = "127.0.0.1:1";

  /// Enough for threads to begin their work.
  private static final Duration A_MOMENT = Duration.ofMillis(500);

  private Rehearsal() {}

  /// Takes a second.
  ///
  /// @param arguments none
  public static void main(String[] arguments) throws InterruptedException {
    var nowhere = new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    var terminal = new Terminal(nowhere, nowhere, Map.of("S", SECRET), "./sluice");
    Main.run(terminal, "--help");
    Main.run(terminal, "token", "--user", "u", "--secret", "env:S");
    Main.run(terminal, "publish", "news", "{\"n\":1}", "--kafka", NOBODY);
    List<Thread> parts = List.of(background(() -> produce()), background(() -> subscribe(nowhere)));
    Thread.sleep(A_MOMENT);
    for (Thread part : parts) {
      part.interrupt();
      part.join(A_MOMENT); // the JVM that writes its archive has crashed beside a thread at work
    }
    Runtime.getRuntime().exit(0);
  }

  private static void produce() {
    try {
      new OneRecord(NOBODY, "t", ChannelName.parse("news"), "{}", Map.of("a", "b")).send();
    } catch (CommandFailure _) {
      // Nobody is there, as intended.
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static void subscribe(PrintStream nowhere) {
    Feed feed = new Feed(List.of("news"), new TokenSource.Fixed(""));
    try {
      new Watcher(feed, List.of(URI.create("ws://" + NOBODY + "/")), 1, nowhere, nowhere::println)
          .run();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private static Thread background(Runnable part) {
    return Thread.ofPlatform().daemon().start(part);
  }
}
