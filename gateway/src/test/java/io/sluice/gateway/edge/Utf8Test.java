package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class Utf8Test {
  @Test
  void everyCodePointIsValidAtEveryCutAndNoSurrogateIs() {
    for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
      boolean surrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      byte[] bytes = surrogate ? encodedAnyway(point) : encoded(point);
      assertThat(Utf8.isValid(bytes)).as("U+%X", point).isEqualTo(!surrogate);
      int state = Utf8.COMPLETE;
      for (int i = 0; i < bytes.length && state != Utf8.INVALID; i++) {
        state = Utf8.next(state, bytes, i, i + 1);
      }
      assertThat(state == Utf8.COMPLETE).as("U+%X in bytes", point).isEqualTo(!surrogate);
    }
  }

  private static byte[] encoded(int point) {
    return Character.toString(point).getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] encodedAnyway(int point) {
    return new byte[] {
      (byte) (0xe0 | point >> 12),
      (byte) (0x80 | (point >> 6 & 0x3f)),
      (byte) (0x80 | (point & 0x3f))
    };
  }

  /// The JDK's decoder is the oracle.
  @Test
  void sequencesOfNotableBytesAreJudgedAsByTheJdk() {
    int[] notable = {
      0x00, 0x41, 0x7f, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc0, 0xc1, 0xc2, 0xdf, 0xe0, 0xe1,
      0xec, 0xed, 0xee, 0xef, 0xf0, 0xf1, 0xf3, 0xf4, 0xf5, 0xf7, 0xf8, 0xff
    };
    for (int a : notable) {
      for (int b : notable) {
        for (int c : notable) {
          for (int d : notable) {
            byte[] bytes = {(byte) a, (byte) b, (byte) c, (byte) d};
            assertThat(Utf8.isValid(bytes)).isEqualTo(validForTheJdk(bytes));
          }
        }
      }
    }
  }

  private static boolean validForTheJdk(byte[] bytes) {
    try {
      var _ = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return true;
    } catch (CharacterCodingException _) {
      return false;
    }
  }
}
