package io.sluice.gateway.edge;

import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/// Decompresses messages (RFC 7692 §7.2.2), each without a look at the one before. Its
/// decompressor, about 40 KB of native memory, is made at the first use and kept: one for each
/// event loop, none for a connection. Confined to the loop.
final class Inflation {
  /// A message leaves out the first four bytes, §7.2.1; the last two are an empty final block, by
  /// which the end of a whole message is told from a break within it.
  private static final byte[] TAIL = {0, 0, -1, -1, 3, 0};

  /// A sender may mark blocks as final (§7.2.3.4), after which everything starts anew. It may not
  /// make us start anew thousands of times for one message.
  private static final int MAX_FINAL_BLOCKS = 64;

  private static final int FIRST_BUFFER = 1_024;

  private @Nullable Inflater inflater;

  /// @param payload of a message, all fragments together
  /// @param limit bytes of the message
  Inflated inflate(byte[] payload, int limit) {
    if (payload.length == 0) {
      return new Inflated.Message(payload); // nothing came of nothing
    }
    Inflater i = inflater;
    if (i == null) {
      i = new Inflater(true);
      inflater = i;
    }
    i.reset();
    try {
      return inflate(i, payload, limit);
    } catch (DataFormatException _) {
      return new Inflated.Corrupt();
    }
  }

  private static Inflated inflate(Inflater i, byte[] payload, int limit)
      throws DataFormatException {
    byte[] out = new byte[Math.min(limit + 1, Math.max(FIRST_BUFFER, 4 * payload.length))];
    int n = 0;
    byte[] input = Arrays.copyOf(payload, payload.length + TAIL.length);
    System.arraycopy(TAIL, 0, input, payload.length, TAIL.length);
    i.setInput(input);
    for (int finals = 0; finals < MAX_FINAL_BLOCKS; ) {
      n += i.inflate(out, n, out.length - n);
      if (n > limit) {
        return new Inflated.TooLarge();
      }
      if (i.finished()) {
        int left = i.getRemaining();
        if (left == 0 || left == TAIL.length) { // or it made its last block final itself
          return new Inflated.Message(Arrays.copyOf(out, n));
        }
        finals++;
        i.reset();
        i.setInput(input, input.length - left, left);
      } else if (n == out.length) {
        out = Arrays.copyOf(out, (int) Math.min(limit + 1L, 2L * out.length));
      } else {
        return new Inflated.Corrupt(); // it breaks off, or wants a dictionary
      }
    }
    return new Inflated.Corrupt();
  }
}
