package io.sluice.gateway.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/// Which lines are written of those that come again and again: of each phrase so many a minute; how
/// many were left out is told when the minute is over. Only warnings, errors, and what is marked by
/// [AccessLog#SPARING] is looked at. For any thread.
final class Repeats {
  static final Duration WINDOW = Duration.ofMinutes(1);

  /// More than the edge writes of what peers can cause, ten and a count, so that nothing is held
  /// back twice.
  static final int WARNINGS = 20;

  /// So many stacks say what is wrong; a loop that fails with each record would fill a disk.
  static final int ERRORS = 100;

  /// Of each status or close code.
  static final int MARKED = 60;

  /// Phrases that are told apart; those beyond share the limit of one. Ours are constants; some of
  /// libraries' have names in them.
  static final int MOST = 512;

  /// Characters of a phrase that count.
  private static final int LONGEST = 300;

  /// @param detail what marked lines of one phrase are told apart by; "" for all others
  private record Kind(String logger, String phrase, Object detail) {}

  private static final Kind OTHERS = new Kind(Repeats.class.getName(), "other phrases", "");

  /// What was left out of a minute.
  ///
  /// @param detail the first argument of marked lines, which all of these have; "" for all others
  record LeftOut(String logger, Level level, String phrase, Object detail, long count) {}

  private static final class Window {
    final Level level;
    final long began;
    int written;
    long leftOut;

    Window(Level level, long began) {
      this.level = level;
      this.began = began;
    }
  }

  private final LongSupplier nanoTime;
  private final Map<Kind, Window> windows = new HashMap<>();

  /// @param nanoTime a clock
  Repeats(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /// Whether a line is to be written; if not, it is counted.
  boolean mayBeWritten(ILoggingEvent event) {
    int most = most(event);
    return most == Integer.MAX_VALUE || mayBeWritten(kind(event), event.getLevel(), most);
  }

  private synchronized boolean mayBeWritten(Kind kind, Level level, int most) {
    long now = nanoTime.getAsLong();
    Kind known = windows.containsKey(kind) || windows.size() < MOST ? kind : OTHERS;
    Window window = windows.get(known);
    if (window == null || (window.leftOut == 0 && isOver(window, now))) {
      window = new Window(level, now);
      windows.put(known, window);
    }
    if (window.written < most) {
      window.written++;
      return true;
    }
    window.leftOut++;
    return false;
  }

  /// Forgets the minutes that are over; to be asked now and then.
  synchronized List<LeftOut> over() {
    long now = nanoTime.getAsLong();
    List<LeftOut> told = new ArrayList<>();
    Iterator<Map.Entry<Kind, Window>> all = windows.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Kind, Window> next = all.next();
      Window window = next.getValue();
      if (isOver(window, now)) {
        all.remove();
        if (window.leftOut > 0) {
          Kind kind = next.getKey();
          told.add(
              new LeftOut(
                  kind.logger(), window.level, kind.phrase(), kind.detail(), window.leftOut));
        }
      }
    }
    return told;
  }

  private static boolean isOver(Window window, long now) {
    return now - window.began >= WINDOW.toNanos();
  }

  private static int most(ILoggingEvent event) {
    if (isMarked(event)) {
      return MARKED;
    }
    if (event.getLevel().isGreaterOrEqual(Level.ERROR)) {
      return ERRORS;
    }
    return event.getLevel().isGreaterOrEqual(Level.WARN) ? WARNINGS : Integer.MAX_VALUE;
  }

  private static boolean isMarked(ILoggingEvent event) {
    List<Marker> markers = event.getMarkerList();
    return markers != null && markers.contains(AccessLog.SPARING);
  }

  private static Kind kind(ILoggingEvent event) {
    String phrase = String.valueOf(event.getMessage());
    String counted = phrase.length() <= LONGEST ? phrase : phrase.substring(0, LONGEST);
    @Nullable Object[] arguments = event.getArgumentArray();
    Object detail =
        isMarked(event) && arguments != null && arguments.length > 0
            ? Objects.requireNonNullElse(arguments[0], "")
            : "";
    return new Kind(event.getLoggerName(), counted, detail);
  }
}
