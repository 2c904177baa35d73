package io.sluice.gateway.delta;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.delta.FossilDelta.Cut;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Patches, by what a client makes of them.
final class FossilDeltaTest {
  private final FossilDelta delta = new FossilDelta();

  private String patch(String before, String after) {
    return new String(
        delta.patch(before.getBytes(UTF_8), after.getBytes(UTF_8), Cut.BETWEEN_CHARACTERS), UTF_8);
  }

  @Test
  void whatStandsAroundAChangeIsCopied() {
    String before = "{\"symbol\":\"SAP\",\"price\":101.25,\"currency\":\"EUR\"}";
    String after = "{\"symbol\":\"SAP\",\"price\":99.5,\"currency\":\"EUR\"}";

    assertThat(patch(before, after)).isEqualTo("j\nO@0,3:99.J@T,1HwYfg;");
  }

  @Test
  void theChecksumAddsUpWordsAndFillsTheLastWithZeros() {
    assertThat(PatchBytes.checksum(new byte[0])).isZero();
    assertThat(PatchBytes.checksum("abcd".getBytes(UTF_8))).isEqualTo(0x61626364);
    assertThat(PatchBytes.checksum("abcde".getBytes(UTF_8))).isEqualTo(0xc6626364);
    assertThat(PatchBytes.checksum(HexFormat.of().parseHex("ffffffffffffffff"))).isEqualTo(-2);
  }

  @Test
  void equalPayloadsAreOneCopy() {
    String same = "x".repeat(100);
    assertThat(patch(same, same)).isEqualTo("1_\n1_@0,33lxEt;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "1", "{}", "\"other\"", "{\"a\":1}"})
  void whatWouldNotBeSmallerIsNone(String target) {
    assertThat(patch("{\"a\":1}", target)).isEmpty();
    assertThat(patch("", target)).isEmpty();
  }

  @Test
  void payloadsAboveTheLimitHaveNone() {
    byte[] largest = new byte[FossilDelta.LARGEST];
    byte[] larger = new byte[FossilDelta.LARGEST + 1];

    assertThat(delta.patch(largest, largest, Cut.ANYWHERE)).isNotEmpty();
    assertThat(delta.patch(larger, largest, Cut.ANYWHERE)).isEmpty();
    assertThat(delta.patch(largest, larger, Cut.ANYWHERE)).isEmpty();
  }

  @Test
  void charactersAreNotCutApart() throws CharacterCodingException {
    // all of these begin with the same two bytes: a copy up to there would leave half a character
    String before = "\"" + "ü€😀".repeat(10) + "😁" + "ü€😀".repeat(10) + "\"";
    String after = "\"" + "ü€😀".repeat(10) + "😂" + "ü€😀".repeat(10) + "\"";
    byte[] patch =
        delta.patch(before.getBytes(UTF_8), after.getBytes(UTF_8), Cut.BETWEEN_CHARACTERS);

    assertThat(UTF_8.newDecoder().decode(ByteBuffer.wrap(patch)).toString()).contains("4:😂");
    assertThat(FossilPatch.apply(before.getBytes(UTF_8), patch)).isEqualTo(after.getBytes(UTF_8));
    byte[] anywhere = delta.patch(before.getBytes(UTF_8), after.getBytes(UTF_8), Cut.ANYWHERE);
    assertThat(anywhere.length).isLessThan(patch.length);
    assertThat(FossilPatch.apply(before.getBytes(UTF_8), anywhere))
        .isEqualTo(after.getBytes(UTF_8));
  }

  @Test
  void whatMovedIsFound() {
    Random random = new Random(1);
    byte[] one = new byte[200];
    byte[] other = new byte[300];
    random.nextBytes(one);
    random.nextBytes(other);
    byte[] before = joined(one, other);
    byte[] after = joined(other, new byte[] {1, 2, 3}, one);

    byte[] patch = delta.patch(before, after, Cut.ANYWHERE);

    assertThat(patch.length).isLessThan(40);
    assertThat(FossilPatch.apply(before, patch)).isEqualTo(after);
  }

  private static byte[] joined(byte[]... parts) {
    byte[] all = new byte[0];
    for (byte[] part : parts) {
      int from = all.length;
      all = Arrays.copyOf(all, from + part.length);
      System.arraycopy(part, 0, all, from, part.length);
    }
    return all;
  }

  /// Text and bytes of every size, changed a little, a lot, or altogether.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aPatchIsSmallerAndMakesItsTarget(long seed) throws CharacterCodingException {
    Random random = new Random(seed);
    int made = 0;
    for (int n = 0; n < 3_000; n++) {
      int size = random.nextInt(n % 100 == 0 ? FossilDelta.LARGEST / 2 : 600);
      Cut cut = random.nextBoolean() ? Cut.ANYWHERE : Cut.BETWEEN_CHARACTERS;
      byte[] before = payload(random, size, cut);
      byte[] after = changed(random, before, cut);
      byte[] patch = delta.patch(before, after, cut);
      if (patch.length > 0) {
        made++;
        assertThat(patch.length).isLessThan(after.length);
        assertThat(FossilPatch.apply(before, patch)).isEqualTo(after);
        assertThat(FossilDelta.targetLength(patch)).isEqualTo(after.length);
        if (cut == Cut.BETWEEN_CHARACTERS) {
          UTF_8.newDecoder().decode(ByteBuffer.wrap(patch)); // throws when it is not UTF-8
        }
      }
    }
    assertThat(made).isGreaterThan(1_500);
  }

  private static byte[] payload(Random random, int size, Cut cut) {
    if (cut == Cut.ANYWHERE) {
      byte[] bytes = new byte[size];
      int kinds = 1 + random.nextInt(256);
      for (int i = 0; i < size; i++) {
        bytes[i] = (byte) random.nextInt(kinds);
      }
      return bytes;
    }
    return text(random, size).getBytes(UTF_8);
  }

  private static String text(Random random, int size) {
    int[] letters = "{\":,}ab1ßüö€₤😀😁😂".codePoints().toArray();
    int kinds = 1 + random.nextInt(letters.length);
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < size / 3; i++) {
      text.appendCodePoint(letters[random.nextInt(kinds)]);
    }
    return text.toString();
  }

  private static byte[] changed(Random random, byte[] before, Cut cut) {
    if (random.nextInt(20) == 0) {
      return payload(random, random.nextInt(600), cut);
    }
    int[] units =
        cut == Cut.ANYWHERE
            ? new String(before, java.nio.charset.StandardCharsets.ISO_8859_1)
                .codePoints()
                .toArray()
            : new String(before, UTF_8).codePoints().toArray();
    StringBuilder after = new StringBuilder();
    int edits = 1 + random.nextInt(5);
    int at = 0;
    for (int edit = 0; edit < edits && at < units.length; edit++) {
      int next = at + random.nextInt(units.length - at + 1);
      after.append(new String(units, at, next - at));
      switch (random.nextInt(3)) {
        case 0 -> at = next + random.nextInt(Math.min(30, units.length - next) + 1); // removed
        case 1 -> { // repeated
          at = next;
          int from = random.nextInt(units.length);
          after.append(new String(units, from, Math.min(50, units.length - from)));
        }
        default -> { // new
          at = next;
          after.append(cut == Cut.ANYWHERE ? "\u0000\u00ff\u0080" : text(random, 20));
        }
      }
    }
    after.append(new String(units, at, units.length - at));
    return after
        .toString()
        .getBytes(cut == Cut.ANYWHERE ? java.nio.charset.StandardCharsets.ISO_8859_1 : UTF_8);
  }
}
