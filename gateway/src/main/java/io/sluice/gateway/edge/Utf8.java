package io.sluice.gateway.edge;

/// Whether bytes that come in parts are UTF-8 (RFC 3629 §4): no overlong form, no surrogate,
/// nothing above U+10FFFF. Says so at the first byte that cannot be. Pure.
final class Utf8 {
  /// Between two characters.
  static final int COMPLETE = 0;

  /// No continuation can mend it.
  static final int INVALID = -1;

  private Utf8() {}

  static boolean isValid(byte[] text) {
    return next(COMPLETE, text, 0, text.length) == COMPLETE;
  }

  /// Goes on with the bytes in [from, to).
  ///
  /// @param state what was returned for the bytes before; [#COMPLETE] at the start
  /// @return [#COMPLETE], [#INVALID], or what must follow within a character
  static int next(int state, byte[] text, int from, int to) {
    int now = state;
    for (int i = from; i < to; i++) {
      int b = text[i];
      if (now == COMPLETE) {
        if (b >= 0) {
          continue;
        }
        now = lead(b & 0xff);
      } else {
        now = follow(now, b & 0xff);
      }
      if (now == INVALID) {
        return INVALID;
      }
    }
    return now;
  }

  private static int lead(int b) {
    return switch (b) {
      case 0xe0 -> expect(2, 0xa0, 0xbf);
      case 0xed -> expect(2, 0x80, 0x9f);
      case 0xf0 -> expect(3, 0x90, 0xbf);
      case 0xf4 -> expect(3, 0x80, 0x8f);
      default -> {
        if (b >= 0xc2 && b <= 0xdf) {
          yield expect(1, 0x80, 0xbf);
        }
        if (b > 0xe0 && b <= 0xef) {
          yield expect(2, 0x80, 0xbf);
        }
        yield b > 0xf0 && b < 0xf4 ? expect(3, 0x80, 0xbf) : INVALID;
      }
    };
  }

  /// So many bytes, the next of them between these two.
  private static int expect(int bytes, int low, int high) {
    return bytes << 16 | high << 8 | low;
  }

  private static int follow(int state, int b) {
    if (b < (state & 0xff) || b > (state >> 8 & 0xff)) {
      return INVALID;
    }
    int left = (state >> 16) - 1;
    return left == 0 ? COMPLETE : expect(left, 0x80, 0xbf);
  }
}
