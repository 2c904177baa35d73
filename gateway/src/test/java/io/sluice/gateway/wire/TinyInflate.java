package io.sluice.gateway.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;

/// Decodes the payload of a compressed message as RFC 1951 and RFC 7692 say, without zlib, and
/// knows how far back it refers.
final class TinyInflate {
  private static final int[] LENGTH_BASE = {
    3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115, 131,
    163, 195, 227, 258
  };
  private static final int[] LENGTH_EXTRA = {
    0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3, 4, 4, 4, 4, 5, 5, 5, 5, 0
  };
  private static final int[] CODE_ORDER = {
    16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15
  };
  private static final int MAX_BITS = 15;

  private final byte[] in;
  private final Out out = new Out();
  private int bit;
  private int farthest;

  private static final class Out extends ByteArrayOutputStream {
    void copy(int distance, int length) throws DataFormatException {
      if (distance > count) {
        throw new DataFormatException("refers to before the message");
      }
      for (int i = 0; i < length; i++) {
        write(buf[count - distance]);
      }
    }
  }

  TinyInflate(byte[] payload) {
    in = Arrays.copyOf(payload, payload.length + 4);
    in[payload.length + 2] = -1;
    in[payload.length + 3] = -1;
  }

  int farthest() {
    return farthest;
  }

  byte[] message() throws DataFormatException {
    while (bit < 8 * in.length) {
      boolean last = bits(1) == 1;
      switch (bits(2)) {
        case 0 -> stored();
        case 1 -> fixed();
        case 2 -> dynamic();
        default -> throw new DataFormatException("a reserved kind of block");
      }
      if (last) {
        bit = (bit + 7) / 8 * 8;
      }
    }
    return out.toByteArray();
  }

  private int bits(int n) throws DataFormatException {
    int value = 0;
    for (int i = 0; i < n; i++, bit++) {
      if (bit >= 8 * in.length) {
        throw new DataFormatException("breaks off");
      }
      value |= (in[bit / 8] >> (bit % 8) & 1) << i;
    }
    return value;
  }

  private void stored() throws DataFormatException {
    bit = (bit + 7) / 8 * 8;
    int length = bits(16);
    if ((bits(16) ^ 0xffff) != length) {
      throw new DataFormatException("a stored block's lengths disagree");
    }
    for (int i = 0; i < length; i++) {
      out.write(bits(8));
    }
  }

  private void fixed() throws DataFormatException {
    int[] lengths = new int[288];
    Arrays.fill(lengths, 0, 144, 8);
    Arrays.fill(lengths, 144, 256, 9);
    Arrays.fill(lengths, 256, 280, 7);
    Arrays.fill(lengths, 280, 288, 8);
    int[] distances = new int[30];
    Arrays.fill(distances, 5);
    codes(new Huffman(lengths), new Huffman(distances));
  }

  private void dynamic() throws DataFormatException {
    int literals = bits(5) + 257;
    int distances = bits(5) + 1;
    int codes = bits(4) + 4;
    int[] lengths = new int[19];
    for (int i = 0; i < codes; i++) {
      lengths[CODE_ORDER[i]] = bits(3);
    }
    Huffman code = new Huffman(lengths);
    int[] all = new int[literals + distances];
    for (int i = 0; i < all.length; ) {
      int symbol = code.next();
      int repeated = symbol == 16 ? all[i - 1] : symbol < 16 ? symbol : 0;
      int times =
          switch (symbol) {
            case 16 -> 3 + bits(2);
            case 17 -> 3 + bits(3);
            case 18 -> 11 + bits(7);
            default -> 1;
          };
      Arrays.fill(all, i, i + times, repeated);
      i += times;
    }
    codes(
        new Huffman(Arrays.copyOf(all, literals)),
        new Huffman(Arrays.copyOfRange(all, literals, all.length)));
  }

  private void codes(Huffman literals, Huffman distances) throws DataFormatException {
    for (int symbol = literals.next(); symbol != 256; symbol = literals.next()) {
      if (symbol < 256) {
        out.write(symbol);
      } else {
        int length = LENGTH_BASE[symbol - 257] + bits(LENGTH_EXTRA[symbol - 257]);
        int code = distances.next();
        int extra = Math.max(0, code / 2 - 1);
        int distance = code < 2 ? code + 1 : ((2 + code % 2) << extra) + 1 + bits(extra);
        farthest = Math.max(farthest, distance);
        out.copy(distance, length);
      }
    }
  }

  /// A canonical code, §3.2.2, read bit by bit.
  private final class Huffman {
    private final int[] counts = new int[MAX_BITS + 1];
    private final int[] symbols;

    Huffman(int[] lengths) {
      for (int length : lengths) {
        counts[length]++;
      }
      counts[0] = 0;
      int[] at = new int[MAX_BITS + 2];
      for (int i = 1; i <= MAX_BITS; i++) {
        at[i + 1] = at[i] + counts[i];
      }
      symbols = new int[lengths.length];
      for (int s = 0; s < lengths.length; s++) {
        if (lengths[s] != 0) {
          symbols[at[lengths[s]]++] = s;
        }
      }
    }

    int next() throws DataFormatException {
      int code = 0;
      int first = 0;
      int index = 0;
      for (int length = 1; length <= MAX_BITS; length++) {
        code |= bits(1);
        if (code - first < counts[length]) {
          return symbols[index + code - first];
        }
        index += counts[length];
        first = (first + counts[length]) << 1;
        code <<= 1;
      }
      throw new DataFormatException("no such code");
    }
  }
}
