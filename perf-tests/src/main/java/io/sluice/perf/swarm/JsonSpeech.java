package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import java.io.IOException;
import java.util.List;

/// Objects, one a line.
final class JsonSpeech implements Speech {
  private static final ObjectMapper JSON = Order.Json.MAPPER;

  @Override
  public int opcode() {
    return ClientFrames.TEXT;
  }

  @Override
  public ByteBuf frame(ByteBufAllocator memory, List<? extends JsonNode> commands) {
    StringBuilder text = new StringBuilder();
    for (JsonNode command : commands) {
      text.append(text.isEmpty() ? "" : "\n").append(command);
    }
    return ClientFrames.text(memory, text.toString());
  }

  @Override
  public void read(byte[] text, int length, PushReader reader, Listener listener)
      throws IOException {
    int from = 0;
    while (from < length && !listener.ended()) {
      int to = from;
      while (to < length && text[to] != '\n') {
        to++;
      }
      if (reader.read(text, from, to)) {
        listener.publication(reader);
      } else {
        listener.message(JSON.readTree(text, from, to - from));
      }
      from = to + 1;
    }
  }
}
