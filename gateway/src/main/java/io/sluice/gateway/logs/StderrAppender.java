package io.sluice.gateway.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import io.sluice.gateway.config.LogFormat;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/// Writes the log to stderr from a thread of its own: who logs never waits, whoever reads stderr.
/// What finds no room is dropped, the least important first, counted, and told of when there is
/// room again. The log of a node has it (`node-logback.xml`), and a logging configuration of one's
/// own may. For any thread.
public final class StderrAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  /// How often it is looked whether something was left out.
  private static final Duration LOOK = Duration.ofSeconds(1);

  /// Logs the bodies and headers of requests at DEBUG, with keys in them.
  private static final String HELIDON = "io.helidon.";

  /// Why a line was not written.
  public enum Lost {
    /// There was no room: stderr is not read, or not fast enough.
    FULL,
    /// Its phrase had come too often within a minute.
    REPEATED,
    /// Stderr cannot be written to.
    UNWRITABLE;

    /// As metrics name it.
    public String label() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private final OutputStream out;
  private final Repeats repeats;
  private final Duration look;
  private final LineQueue queue;
  private final Map<Lost, AtomicLong> lost = new EnumMap<>(Lost.class);
  private volatile LineForm form;
  private volatile String node = "";
  private volatile @Nullable Thread writer;

  /// Of those that found no room; the writer's.
  private long told;

  /// Made by Logback.
  public StderrAppender() {
    this(
        Stderr.open(),
        new Repeats(System::nanoTime),
        LOOK,
        new LineQueue(LineQueue.LINES, LineQueue.BYTES),
        LogFormat.AUTO);
  }

  /// @param out written to by one thread
  /// @param look how often what was left out is told
  StderrAppender(
      OutputStream out, Repeats repeats, Duration look, LineQueue queue, LogFormat format) {
    this.out = out;
    this.repeats = repeats;
    this.look = look;
    this.queue = queue;
    this.form = LineForm.of(format);
    for (Lost why : Lost.values()) {
      lost.put(why, new AtomicLong());
    }
  }

  /// From now on lines look like this.
  void take(LogFormat format) {
    form = LineForm.of(format);
  }

  /// From now on lines name this node.
  void node(String id) {
    node = id;
  }

  /// How many lines were not written.
  long lost(Lost why) {
    return count(why).get();
  }

  private void lose(Lost why, int lines) {
    count(why).addAndGet(lines);
  }

  private AtomicLong count(Lost why) {
    return Objects.requireNonNull(lost.get(why));
  }

  @Override
  public void start() {
    super.start();
    writer = Thread.ofPlatform().daemon().name("sluice-log").start(this::write);
  }

  @Override
  public void stop() {
    super.stop();
    Thread writing = writer;
    if (writing != null) {
      var _ = flush(LOOK);
      writing.interrupt();
    }
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (isHushed(event)) {
      return;
    }
    if (!repeats.mayBeWritten(event)) {
      lose(Lost.REPEATED, 1);
      return;
    }
    LineQueue.Weight weight =
        event.getLevel().isGreaterOrEqual(Level.WARN)
            ? LineQueue.Weight.URGENT
            : LineQueue.Weight.USUAL;
    // Where there is no room for any line, none is made.
    if (!queue.hasRoom(weight, 0) || !queue.offer(form.line(event, node), weight)) {
      lose(Lost.FULL, 1);
    }
  }

  /// What other people's code says of the bytes that it reads and writes is not for a log, whatever
  /// the level: passwords, keys and payloads are in it.
  private static boolean isHushed(ILoggingEvent event) {
    int level = event.getLevel().toInt();
    return (level < Level.DEBUG_INT && !LineForm.isOurs(event.getLoggerName()))
        || (level < Level.INFO_INT && event.getLoggerName().startsWith(HELIDON));
  }

  /// Waits until what was logged before is written, at most for so long.
  ///
  /// @return whether it is
  boolean flush(Duration patience) {
    try {
      return queue.awaitWritten(patience);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void write() {
    while (!Thread.currentThread().isInterrupted()) {
      try {
        write(queue.take(look));
        tellWhatIsMissing();
      } catch (InterruptedException _) {
        return; // stopped
      } catch (Throwable e) { // errors, too: nobody would write any more
        addError("a line could not be written", e); // and the next one may be
      }
    }
  }

  private void tellWhatIsMissing() {
    long dropped = lost(Lost.FULL) - told;
    if (dropped > 0) {
      told += dropped;
      tell(
          StderrAppender.class.getName(),
          Level.WARN,
          "log lines dropped",
          List.of(counted(dropped)));
    }
    for (Repeats.LeftOut it : repeats.over()) {
      List<KeyValuePair> fields = new ArrayList<>();
      fields.add(counted(it.count()));
      if (!it.detail().equals("")) { // such as the status that all of them have
        fields.add(new KeyValuePair(Phrase.of(it.phrase()).firstKey(), it.detail()));
      }
      fields.add(new KeyValuePair("phrase", it.phrase()));
      tell(it.logger(), it.level(), "lines left out", fields);
    }
  }

  private static KeyValuePair counted(long lines) {
    return new KeyValuePair("count", lines);
  }

  /// By the thread that writes, past the queue. The keys are not in the phrase: of loggers that are
  /// not ours nobody looks for any there.
  private void tell(String logger, Level level, String phrase, List<KeyValuePair> fields) {
    Logger by = ((LoggerContext) getContext()).getLogger(logger);
    LoggingEvent event =
        new LoggingEvent(StderrAppender.class.getName(), by, level, phrase, null, null);
    event.setKeyValuePairs(fields);
    write(new LineQueue.Batch(form.line(event, node), 1));
  }

  private void write(LineQueue.Batch batch) {
    boolean written = false;
    try {
      out.write(batch.bytes());
      out.flush();
      written = true;
    } catch (IOException _) {
      // there is nobody to be told
    } finally {
      if (!written) {
        lose(Lost.UNWRITABLE, batch.lines());
      }
    }
  }
}
