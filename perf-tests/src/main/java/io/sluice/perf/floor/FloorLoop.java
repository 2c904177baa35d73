package io.sluice.perf.floor;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.EventLoop;
import java.time.Duration;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/// One event loop and who is connected on it. Confined to the loop, except for [#index], [#thread]
/// and [#execute].
final class FloorLoop {
  /// How often everybody is pinged, as announced to clients.
  static final Duration PING = Duration.ofSeconds(25);

  private final int index;
  private final EventLoop thread;
  private final Set<FloorConnection> connections =
      Collections.newSetFromMap(new IdentityHashMap<>());
  private final ByteBuf ping = Unpooled.unreleasableBuffer(FloorFrames.text(new byte[] {'{', '}'}));

  /// @param index its place among the loops, 0 and up
  FloorLoop(int index, EventLoop thread) {
    this.index = index;
    this.thread = thread;
    var _ =
        thread.scheduleAtFixedRate(
            this::ping, PING.toSeconds(), PING.toSeconds(), TimeUnit.SECONDS);
  }

  int index() {
    return index;
  }

  EventLoop thread() {
    return thread;
  }

  /// Runs a task on the loop, after those given before it.
  void execute(Runnable task) {
    thread.execute(task);
  }

  void add(FloorConnection connection) {
    connections.add(connection);
  }

  void remove(FloorConnection connection) {
    connections.remove(connection);
  }

  private void ping() {
    connections.forEach(connection -> connection.write(ping));
  }
}
