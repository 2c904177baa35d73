package io.sluice.gateway.logs;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;

/// Lines on their way to one who writes them. Bounded in lines and bytes; of both a quarter is for
/// warnings and errors alone. Who puts a line in never waits. For any thread; taking is for one.
final class LineQueue {
  /// A second of a busy node.
  static final int LINES = 8_192;

  static final int BYTES = 4 << 20;

  /// Of what is written at once.
  static final int BATCH = 64 << 10;

  /// Which lines find room.
  enum Weight {
    /// Up to three quarters of the room are for these.
    USUAL,
    /// Warnings and errors.
    URGENT
  }

  /// Lines that are written together.
  @SuppressWarnings("ArrayRecordComponent") // written once, and compared with nothing
  record Batch(byte[] bytes, int lines) {
    static final Batch NONE = new Batch(new byte[0], 0);
  }

  private final int mostLines;
  private final int mostBytes;
  private final Deque<byte[]> lines = new ArrayDeque<>();
  private int bytes;
  private boolean writing;

  LineQueue(int mostLines, int mostBytes) {
    this.mostLines = mostLines;
    this.mostBytes = mostBytes;
  }

  /// Whether a line of some length would find room now.
  synchronized boolean hasRoom(Weight weight, int length) {
    int linesFor = weight == Weight.URGENT ? mostLines : mostLines / 4 * 3;
    int bytesFor = weight == Weight.URGENT ? mostBytes : mostBytes / 4 * 3;
    return lines.size() < linesFor && bytes + length <= bytesFor;
  }

  /// Puts a line behind all others.
  ///
  /// @return whether there was room
  synchronized boolean offer(byte[] line, Weight weight) {
    if (!hasRoom(weight, line.length)) {
      return false;
    }
    lines.add(line);
    bytes += line.length;
    if (lines.size() == 1) {
      notifyAll();
    }
    return true;
  }

  /// What is to be written next; what was taken before has been by now.
  ///
  /// @return [Batch#NONE] when none came for so long
  synchronized Batch take(Duration patience) throws InterruptedException {
    writing = false;
    long deadline = System.nanoTime() + patience.toNanos();
    while (lines.isEmpty()) {
      notifyAll(); // who waits until everything is written
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return Batch.NONE;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    writing = true;
    ByteArrayOutputStream together = new ByteArrayOutputStream(Math.min(bytes, BATCH));
    int taken = 0;
    do {
      byte[] line = lines.remove();
      bytes -= line.length;
      together.writeBytes(line);
      taken++;
    } while (!lines.isEmpty() && together.size() + lines.element().length <= BATCH);
    return new Batch(together.toByteArray(), taken);
  }

  /// Waits until everything that was put in has been written.
  ///
  /// @return whether it has
  synchronized boolean awaitWritten(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (writing || !lines.isEmpty()) {
      long left = deadline - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }
}
