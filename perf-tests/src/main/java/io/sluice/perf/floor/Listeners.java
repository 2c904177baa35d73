package io.sluice.perf.floor;

import io.netty.buffer.ByteBuf;
import java.util.ArrayList;
import java.util.List;

/// The subscribers of one channel on one loop. Confined to the loop.
final class Listeners {
  private final List<FloorConnection> all = new ArrayList<>();

  void add(FloorConnection connection) {
    all.add(connection);
  }

  void remove(FloorConnection connection) {
    all.remove(connection);
  }

  /// Writes a frame to everybody, each with a flush of its own.
  ///
  /// @param frame released here
  void deliver(ByteBuf frame) {
    try {
      for (int i = 0; i < all.size(); i++) {
        all.get(i).write(frame);
      }
    } finally {
      frame.release();
    }
  }
}
