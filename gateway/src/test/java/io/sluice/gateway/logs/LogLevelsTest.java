package io.sluice.gateway.logs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import io.sluice.gateway.logs.LogLevels.LoggerLevel;
import io.sluice.gateway.logs.LogLevels.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/// Which level a logger has.
final class LogLevelsTest {
  private static final String NAME = "io.sluice.levels.test";
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final Logger logger = (Logger) LoggerFactory.getLogger(NAME);
  private final List<Runnable> waiting = new ArrayList<>();
  private final List<Duration> delays = new ArrayList<>();
  private final LogLevels levels =
      new LogLevels(
          delay -> {
            delays.add(delay);
            return waiting::add;
          },
          Clock.fixed(Instant.EPOCH, ZoneOffset.UTC));

  @AfterEach
  void restore() {
    logger.setLevel(null);
  }

  @Test
  void anotherLevelLastsAWhileAndComesBackByItself() {
    assertThat(levels.ask(NAME, "debug", MINUTE))
        .isEqualTo(
            new Outcome.Taken(
                new LoggerLevel(NAME, "debug", Optional.of(Instant.EPOCH.plus(MINUTE)))));
    assertThat(logger.getLevel()).isEqualTo(Level.DEBUG);
    assertThat(levels.all())
        .contains(new LoggerLevel(NAME, "debug", Optional.of(Instant.EPOCH.plus(MINUTE))))
        .anyMatch(one -> one.logger().equals("root") && one.until().isEmpty());
    assertThat(delays).containsExactly(MINUTE);
    waiting.forEach(Runnable::run);
    assertThat(logger.getLevel()).isNull();
    assertThat(levels.end(NAME)).isFalse();
  }

  @Test
  void whatIsConfiguredMeanwhileHoldsAfterwards() {
    levels.take(Map.of(NAME, "warn"));
    var _ = levels.ask(NAME, "trace", MINUTE);
    levels.take(Map.of(NAME, "error"));
    assertThat(logger.getLevel()).isEqualTo(Level.TRACE);
    assertThat(levels.end(NAME)).isTrue();
    assertThat(logger.getLevel()).isEqualTo(Level.ERROR);
    levels.take(Map.of());
    assertThat(logger.getLevel()).isNull();
  }

  @Test
  void whatWasAskedForLaterIsNotEndedByWhatWasAskedForBefore() {
    var _ = levels.ask(NAME, "debug", MINUTE);
    var _ = levels.ask(NAME, "trace", MINUTE.multipliedBy(2));
    waiting.removeFirst().run();
    assertThat(logger.getLevel()).isEqualTo(Level.TRACE);
    waiting.removeFirst().run();
    assertThat(logger.getLevel()).isNull();
  }

  /// Else each name would find the other's level, and give it back when it ends.
  @Test
  void theRootIsOneLoggerByWhateverNameItIsCalled() {
    Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    Level before = root.getLevel();
    try {
      var _ = levels.ask("ROOT", "error", MINUTE);
      var _ = levels.ask("root", "off", MINUTE);
      assertThat(levels.all())
          .filteredOn(one -> one.until().isPresent())
          .extracting(LoggerLevel::logger)
          .containsExactly("root");
      assertThat(levels.end("Root")).isTrue();
      assertThat(root.getLevel()).isEqualTo(before);
      waiting.forEach(Runnable::run);
      assertThat(root.getLevel()).isEqualTo(before);
      levels.take(Map.of("ROOT", "error"));
      levels.take(Map.of("root", "off"));
      levels.take(Map.of());
      assertThat(root.getLevel()).isEqualTo(before);
    } finally {
      root.setLevel(before);
    }
  }

  @Test
  void onlyLoggersThatAreThereAndSoManyAtATime() {
    assertThat(levels.ask("io.sluice.levels.nobody", "debug", MINUTE))
        .isEqualTo(new Outcome.NoLogger());
    for (int i = 0; i < LogLevels.MOST; i++) {
      String name = NAME + ".n" + i;
      var _ = LoggerFactory.getLogger(name);
      assertThat(levels.ask(name, "debug", MINUTE)).isInstanceOf(Outcome.Taken.class);
    }
    assertThat(levels.ask(NAME, "debug", MINUTE)).isEqualTo(new Outcome.TooMany());
    assertThat(levels.ask(NAME + ".n0", "info", MINUTE)).isInstanceOf(Outcome.Taken.class);
    waiting.forEach(Runnable::run);
    assertThat(levels.ask(NAME, "debug", MINUTE)).isInstanceOf(Outcome.Taken.class);
    assertThatThrownBy(() -> levels.ask(NAME, "debug", LogLevels.LONGEST.plusSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
