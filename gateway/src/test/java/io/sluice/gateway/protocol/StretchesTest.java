package io.sluice.gateway.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class StretchesTest {
  private static final int LONGEST = 40;

  @Test
  void everyByteIsFoundAtEveryPlace() {
    for (int length = 1; length <= 20; length++) {
      for (int place = 0; place < length; place++) {
        for (int value = 0; value < 256; value++) {
          byte[] text = "éaaaaaaaaaaaaaaaaaaa".getBytes(UTF_8).clone();
          byte[] it = Arrays.copyOf(text, length);
          it[place] = (byte) value;
          for (int start = 0; start <= length; start++) {
            assertThat(Stretches.toLineBreak(it, start))
                .isEqualTo(first(it, start, b -> b == '\n' || b == '\r'));
            assertThat(Stretches.toEscape(it, start))
                .isEqualTo(first(it, start, StretchesTest::escaped));
          }
        }
      }
    }
  }

  private static boolean escaped(int b) {
    return b == '"' || b == '\\' || (b >= 0 && b < 0x20);
  }

  private static int first(byte[] text, int start, IntPredicate wanted) {
    return IntStream.range(start, text.length)
        .filter(i -> wanted.test(text[i]))
        .findFirst()
        .orElse(text.length);
  }

  /// Texts of characters that are escaped, of those beside them, and of several bytes.
  private static List<String> texts() {
    Random random = new Random(7);
    int[] characters = {
      '"', '\\', '\n', '\r', '\t', 1, 0x1f, ' ', '!', '#', '[', ']', 'a', 0x7f, 0xe9, 0x20ac,
      0x1f600
    };
    List<String> texts = new ArrayList<>(List.of(""));
    for (int i = 0; i < 2_000; i++) {
      StringBuilder text = new StringBuilder();
      int plain = random.nextInt(characters.length);
      random
          .ints(random.nextInt(LONGEST), 0, 2 * characters.length)
          .map(c -> characters[c < characters.length ? c : plain])
          .forEach(text::appendCodePoint);
      texts.add(text.toString());
    }
    return texts;
  }

  @Test
  void stringsSayWhatTheyWereMadeOfAndAreAsLongAsForetold() throws Exception {
    for (String text : texts()) {
      byte[] utf8 = text.getBytes(UTF_8);
      byte[] json = new JsonBytes(0).string(utf8).toArray();
      assertThat(new ObjectMapper().readValue(json, String.class)).isEqualTo(text);
      assertThat(Stretches.stringLength(utf8)).isEqualTo(json.length);
    }
  }

  @Test
  void valuesLoseTheirLineBreaksAndNothingElse() {
    for (String text : texts()) {
      byte[] json = new JsonBytes(0).raw(text.getBytes(UTF_8)).toArray();
      assertThat(new String(json, UTF_8)).isEqualTo(text.replaceAll("[\r\n]", ""));
    }
  }

  @Test
  void numbersAreAsJavaWritesThem() {
    List<Long> numbers = new ArrayList<>(List.of(0L, -1L, Long.MIN_VALUE, Long.MAX_VALUE));
    for (long power = 1; power > 0 && power < Long.MAX_VALUE / 10; power *= 10) {
      numbers.addAll(List.of(power - 1, power, power + 1));
    }
    for (long number : numbers) {
      assertThat(new JsonBytes(0).number(number).toArray())
          .asString(UTF_8)
          .isEqualTo(Long.toString(number));
    }
  }

  @Test
  void aPublicationTakesNoMoreInAnAnswerThanForetold() {
    for (String text : texts()) {
      for (PayloadKind kind : PayloadKind.values()) {
        byte[] data =
            kind == PayloadKind.JSON
                ? new JsonBytes(0).string(text).toArray()
                : text.getBytes(UTF_8);
        KeptHeaders headers = new KeptHeaders(Map.of("k", "v"), "u", "c");
        Publication p = new Publication("a", 1L << 40, 1L << 41, kind, Optional.of(data), headers);
        for (Delta delta : Delta.values()) {
          assertThat(inAnswer(p, delta))
              .isLessThanOrEqualTo(JsonReplies.sizeInAnswer(p, delta))
              .isGreaterThan(JsonReplies.sizeInAnswer(p, delta) / 3 - 100);
        }
      }
    }
  }

  private static int inAnswer(Publication p, Delta delta) {
    return answer(List.of(p, p), delta) - answer(List.of(p), delta);
  }

  private static int answer(List<Publication> publications, Delta delta) {
    SubscribeResult result =
        new SubscribeResult(true, true, "e", 7, SubscribeResult.Recovery.RECOVERED, publications);
    return Encoding.JSON.replies().subscribed(1, result.with(delta)).length;
  }
}
