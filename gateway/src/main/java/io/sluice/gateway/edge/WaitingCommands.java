package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.Command;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.function.Consumer;

/// Commands that wait for the connect to be answered: SDKs pipeline a connect and its subscribes.
/// Confined to the loop.
final class WaitingCommands {
  private static final int MOST = 1_024;

  /// Bytes of frames with such commands, after which nothing more is read until the connect is
  /// answered: a connect that waits for Redis or Kafka must not collect a client's every word.
  private static final long MOST_BYTES = 256 * 1024;

  private final Deque<Command> commands = new ArrayDeque<>();
  private long bytes;

  /// Takes one more.
  ///
  /// @return whether there was room
  boolean add(Command command) {
    return commands.size() < MOST && commands.add(command);
  }

  /// A frame of this length has brought some.
  void came(int length) {
    bytes += length;
  }

  /// Whether more bytes may come.
  boolean hasRoom() {
    return bytes <= MOST_BYTES;
  }

  /// Whether a frame of this length may.
  boolean hasRoomFor(int length) {
    return bytes + length <= MOST_BYTES;
  }

  void forEach(Consumer<Command> then) {
    commands.forEach(then);
  }
}
