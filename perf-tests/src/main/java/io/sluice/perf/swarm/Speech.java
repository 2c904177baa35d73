package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.List;

/// How a client's commands are written and what it hears is read. Commands and messages other than
/// publications are told in JSON, whatever is on the wire. Stateless.
interface Speech {
  /// Who listens.
  interface Listener {
    /// A publication; the reader is used again for the next.
    void publication(PushReader push);

    /// What a client that comes back names the publication by that is told next, where a server has
    /// no positions.
    default void id(String id) {
      // most have
    }

    /// Anything else.
    void message(JsonNode message);

    /// Whether the rest of the frame is of no interest any more.
    boolean ended();
  }

  /// The opcode of its frames.
  int opcode();

  /// A frame of commands.
  ByteBuf frame(ByteBufAllocator memory, List<? extends JsonNode> commands);

  /// Reads a frame's payload.
  ///
  /// @param reader for publications
  /// @throws IOException when it is none
  void read(byte[] payload, int length, PushReader reader, Listener listener) throws IOException;
}
