package io.sluice.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.zip.Inflater;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DeflationTest {
  private final Deflation deflation = new Deflation();

  private static byte[] text(int size) {
    Random random = new Random(size);
    byte[] text = new byte[size];
    for (int i = 0; i < size; i++) {
      text[i] = (byte) ('a' + random.nextInt(4));
    }
    return text;
  }

  private static byte[] noise(int size) {
    byte[] noise = new byte[size];
    new Random(size).nextBytes(noise);
    return noise;
  }

  private static byte[] inflated(byte[]... payloads) throws Exception {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    for (byte[] payload : payloads) {
      all.writeBytes(payload);
      all.writeBytes(new byte[] {0, 0, -1, -1});
    }
    Inflater inflater = new Inflater(true);
    inflater.setInput(all.toByteArray());
    byte[] out = new byte[1 << 21];
    int n = inflater.inflate(out);
    inflater.end();
    return Arrays.copyOf(out, n);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 255, 256, 257, 511, 512, 513, 4_096, 65_535, 65_536, 1 << 20})
  void whatIsCompressedReadsTheSameWithEveryWindow(int size) throws Exception {
    for (int bits = 8; bits <= 15; bits++) {
      assertThat(inflated(deflation.payload(text(size), bits))).isEqualTo(text(size));
      assertThat(inflated(deflation.payload(noise(size), bits))).isEqualTo(noise(size));
    }
  }

  @Test
  void aMessageNeverRefersToTheOneBefore() throws Exception {
    byte[] first = deflation.payload(text(1_000), 15);
    byte[] again = deflation.payload(text(1_000), 15);
    assertThat(again).isEqualTo(first);
    assertThat(inflated(again)).isEqualTo(text(1_000));
  }

  @ParameterizedTest
  @ValueSource(ints = {256, 1_000, 60_000})
  void piecesCanBePutTogetherInAnyOrder(int size) throws Exception {
    byte[] one = DeflatedPiece.of(text(size), deflation);
    byte[] other = DeflatedPiece.of(text(size + 1), deflation);
    assertThat(DeflatedPiece.is(one)).isTrue();
    assertThat(DeflatedPiece.plainLength(one)).isEqualTo(size);
    assertThat(one.length).isLessThan(size);
    byte[] both = inflated(payload(other), payload(one), payload(other));
    assertThat(both).startsWith(text(size + 1)).hasSize(3 * size + 2).endsWith(text(size + 1));
  }

  private static byte[] payload(byte[] piece) {
    return Arrays.copyOfRange(piece, DeflatedPiece.HEADER, piece.length);
  }

  @Test
  void whatDoesNotGetShorterStaysAsItIs() {
    byte[] noise = noise(1_000);
    assertThat(DeflatedPiece.of(noise, deflation)).isSameAs(noise);
    assertThat(DeflatedPiece.plainLength(new byte[] {'{', '}'})).isEqualTo(2);
    assertThat(DeflatedPiece.is(Encoding.JSON.replies().ping())).isFalse();
    assertThat(DeflatedPiece.pays(new byte[DeflatedPiece.SMALLEST - 1])).isFalse();
    assertThat(DeflatedPiece.pays(new byte[DeflatedPiece.SMALLEST])).isTrue();
  }
}
