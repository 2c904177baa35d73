package io.sluice.gateway.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// A real thread that hangs.
final class WatchTest {
  private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
  private final ExecutorService loop =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().name("a-loop").factory());
  private final LoopPulse pulse = new LoopPulse(0, loop::execute);
  private final CountDownLatch release = new CountDownLatch(1);
  private final CountDownLatch logBlocks = new CountDownLatch(1);
  private final AtomicInteger lastWords = new AtomicInteger();
  private final AtomicInteger exits = new AtomicInteger();
  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger log = (Logger) LoggerFactory.getLogger(Watch.class);

  private final class Lines extends AppenderBase<ILoggingEvent> {
    private final boolean blocks;

    Lines(boolean blocks) {
      this.blocks = blocks;
    }

    @Override
    protected void append(ILoggingEvent event) {
      lines.add(event.getFormattedMessage());
      if (blocks) {
        block(logBlocks);
      }
    }
  }

  private static void block(CountDownLatch until) {
    try {
      until.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @AfterEach
  void close() {
    release.countDown();
    logBlocks.countDown();
    loop.close();
    log.detachAndStopAllAppenders();
  }

  private Watch watch(Lines heard) {
    heard.start();
    log.addAppender(heard);
    Watch watch =
        new Watch(
            Duration.ofMillis(200),
            Duration.ofMillis(600),
            List.of(pulse),
            () -> {},
            lastWords::incrementAndGet,
            exits::incrementAndGet,
            metrics);
    watch.start();
    return watch;
  }

  @Test
  void aLoopThatHangsIsDumpedAndCountedAndEndsTheProcessAfterTheLastWords() {
    try (Watch watch = watch(new Lines(/* blocks= */ false))) {
      await().until(() -> pulse.turn().number() > 3);
      assertThat(watch.hangs()).isEmpty();
      loop.execute(() -> block(release));

      await().until(() -> !watch.hangs().isEmpty());
      assertThat(watch.hangs().getFirst().thread()).isEqualTo("a-loop");
      await().until(() -> !lines.isEmpty());
      assertThat(lines.getFirst())
          .startsWith("a thread hangs thread=a-loop")
          .contains("\"a-loop\" WAITING", "WatchTest.block");
      await().until(() -> exits.get() == 1);
      assertThat(lastWords).hasValue(1);

      release.countDown();
      await().until(() -> watch.hangs().isEmpty());
      assertThat(metrics.counter("sluice.watchdog.hangs", "kind", "loop").count()).isEqualTo(1);
      assertThat(exits).hasValue(1);
    }
  }

  /// Loops may hang because nobody reads what they log.
  @Test
  void aLogThatBlocksDoesNotKeepTheProcessFromEnding() {
    try (Watch watch = watch(new Lines(/* blocks= */ true))) {
      loop.execute(() -> block(release));
      await().until(() -> exits.get() == 1);
      assertThat(watch.hangs()).isNotEmpty();
      assertThat(lastWords).as("there was nobody to say them").hasValue(0);
    }
  }

  @Test
  void aDumpIsBounded() {
    List<Thread> many = new CopyOnWriteArrayList<>();
    for (int i = 0; i < 250; i++) {
      many.add(Thread.ofPlatform().name("dumped-" + i).start(() -> block(release)));
    }
    Thread wanted = many.getLast();
    String dump = ThreadDump.of(Set.of(wanted));
    assertThat(dump)
        .startsWith("\"" + wanted.getName() + "\"")
        .hasSizeLessThan(ThreadDump.MOST_CHARS + 100)
        .containsPattern("\\d+ threads more");
  }
}
