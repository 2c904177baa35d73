package io.sluice.gateway.edge;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/// A log for what peers can cause as often as they like: of each phrase at most ten lines a minute,
/// and then one with the number of those left out. Phrases are constants, so there are only as many
/// as the code has. For any thread.
final class PeerLog {
  /// Enough to see what it is about, few enough for a disk: 10 lines of some 200 bytes.
  static final int LINES = 10;

  /// Characters of an argument that are written.
  static final int LONGEST = 200;

  static final Duration WINDOW = Duration.ofMinutes(1);

  private final Logger log;
  private final LongSupplier nanoTime;
  private final Function<Duration, Executor> later;
  private final ConcurrentMap<String, Phrase> phrases = new ConcurrentHashMap<>();

  /// @param nanoTime a clock
  /// @param later runs what it is given after a while
  PeerLog(Logger log, LongSupplier nanoTime, Function<Duration, Executor> later) {
    this.log = log;
    this.nanoTime = nanoTime;
    this.later = later;
  }

  static PeerLog of(Class<?> owner) {
    return new PeerLog(
        LoggerFactory.getLogger(owner),
        System::nanoTime,
        delay -> CompletableFuture.delayedExecutor(delay.toNanos(), TimeUnit.NANOSECONDS));
  }

  /// @param phrase a constant, with `{}` for each argument
  void info(String phrase, Object... arguments) {
    line(Level.INFO, phrase, arguments);
  }

  /// @param phrase a constant, with `{}` for each argument but a last exception
  void warn(String phrase, Object... arguments) {
    line(Level.WARN, phrase, arguments);
  }

  /// @param phrase a constant, with `{}` for each argument but a last exception
  void error(String phrase, Object... arguments) {
    line(Level.ERROR, phrase, arguments);
  }

  private void line(Level level, String phrase, Object... arguments) {
    if (phrases.computeIfAbsent(phrase, p -> new Phrase(level, p)).mayBeWritten()) {
      log.atLevel(level).log(phrase, Arrays.stream(arguments).map(PeerLog::harmless).toArray());
    }
  }

  /// What a peer has chosen cannot begin a line of its own, nor fill a page.
  private static @Nullable Object harmless(@Nullable Object argument) {
    if (!(argument instanceof String text)) {
      return argument;
    }
    String some = text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    return some.chars().noneMatch(Character::isISOControl)
        ? some
        : some.codePoints()
            .mapToObj(
                c -> Character.isISOControl(c) ? "\\u%04x".formatted(c) : Character.toString(c))
            .collect(Collectors.joining());
  }

  /// One phrase's present window; it begins with its first line.
  private final class Phrase {
    private final Level level;
    private final String text;
    private long began;
    private int written;
    private long leftOut;

    Phrase(Level level, String text) {
      this.level = level;
      this.text = text;
    }

    synchronized boolean mayBeWritten() {
      long now = nanoTime.getAsLong();
      if (written == 0 || (leftOut == 0 && now - began >= WINDOW.toNanos())) {
        began = now;
        written = 0;
      }
      if (written < LINES) {
        written++;
        return true;
      }
      if (leftOut++ == 0) {
        Duration left = WINDOW.minusNanos(now - began);
        later.apply(left.isNegative() ? Duration.ZERO : left).execute(this::sumUp);
      }
      return false;
    }

    private void sumUp() {
      long unsaid;
      synchronized (this) {
        unsaid = leftOut;
        leftOut = 0;
        written = 0;
      }
      log.atLevel(level).log("lines left out count={} phrase=\"{}\"", unsaid, text);
    }
  }
}
