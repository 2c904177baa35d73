package io.sluice.perf.floor;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/// One channel: its offsets, the frame that is being collected, and its subscribers on each loop.
/// Any thread; what it does under its monitor is short.
///
/// Everything that touches subscribers is a task of their loop, given to it under the monitor. So a
/// subscriber that is told an offset gets each publication above it and none below: tasks of a loop
/// run in the order they were given.
final class FloorChannel {
  /// The most publications that share a frame.
  static final int MOST_A_WRITE = 1_000;

  /// How long a publication waits for others to share its frame, in milliseconds.
  static final long PATIENCE_MS = 5;

  private final byte[] pushStart;
  private final List<FloorLoop> loops;
  private final Listeners[] listeners;
  private final int perWrite;

  // under the monitor
  private final int[] wanted;
  private @Nullable PushFrame collecting;
  private long offset;
  private long offsetGiven;

  /// @param perWrite publications that share a frame
  FloorChannel(String name, List<FloorLoop> loops, int perWrite) {
    String quoted = String.valueOf(JsonStringEncoder.getInstance().quoteAsString(name));
    this.pushStart =
        "{\"push\":{\"channel\":\"%s\",\"pub\":{\"data\":"
            .formatted(quoted)
            .getBytes(StandardCharsets.UTF_8);
    this.loops = loops;
    this.listeners = new Listeners[loops.size()];
    for (int i = 0; i < listeners.length; i++) {
      listeners[i] = new Listeners();
    }
    this.wanted = new int[loops.size()];
    this.perWrite = perWrite;
  }

  /// Takes a publication.
  ///
  /// @param data raw JSON
  /// @param by the caller's loop; it watches the time when the publication has to wait
  synchronized void publish(byte[] data, FloorLoop by) {
    PushFrame frame = collecting;
    if (frame == null) {
      frame = new PushFrame(pushStart, perWrite, data.length);
      collecting = frame;
      if (perWrite > 1) {
        PushFrame first = frame;
        var _ = by.thread().schedule(() -> giveUpOn(first), PATIENCE_MS, TimeUnit.MILLISECONDS);
      }
    }
    frame.add(data, ++offset);
    if (frame.lines() == perWrite) {
      give(frame);
    }
  }

  /// Nobody else has come to share this frame.
  private synchronized void giveUpOn(PushFrame frame) {
    if (collecting == frame) {
      give(frame);
    }
  }

  /// One task for each loop that has subscribers.
  private void give(PushFrame frame) {
    collecting = null;
    offsetGiven = offset;
    ByteBuf bytes = frame.finish();
    for (FloorLoop loop : loops) {
      int i = loop.index();
      if (wanted[i] > 0) {
        ByteBuf own = bytes.retain();
        loop.execute(() -> listeners[i].deliver(own));
      }
    }
    bytes.release();
  }

  /// Takes a subscriber up. It gets everything after the offset it is told.
  ///
  /// @param on its loop
  /// @param answer told that offset, on its loop, before the first publication
  synchronized void subscribe(FloorConnection who, FloorLoop on, LongConsumer answer) {
    wanted[on.index()]++;
    long at = offsetGiven;
    on.execute(() -> {
      listeners[on.index()].add(who);
      answer.accept(at);
    });
  }

  /// Lets a subscriber go that was taken up.
  ///
  /// @param on its loop
  synchronized void unsubscribe(FloorConnection who, FloorLoop on) {
    wanted[on.index()]--;
    on.execute(() -> listeners[on.index()].remove(who));
  }
}
