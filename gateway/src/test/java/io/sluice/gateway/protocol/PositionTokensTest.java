package io.sluice.gateway.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.broker.Position;
import io.sluice.broker.PositionVector;
import io.sluice.gateway.protocol.PositionTokens.Bad;
import io.sluice.gateway.protocol.PositionTokens.Fault;
import io.sluice.gateway.protocol.PositionTokens.Good;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class PositionTokensTest {
  private static final String TOPIC = "mF1zdJ7pRzK8bTtG0qYw3A";
  private static final String OTHER = "AAAAAAAAAAAAAAAAAAAAAQ";
  private final PositionTokens tokens = new PositionTokens("the cluster's key");

  private static Position at(String topic, int partition, int partitions, long offset) {
    return new Position(topic + "." + partition + "." + partitions + ".0", offset);
  }

  private static PositionVector partitions(int count) {
    return PositionVector.of(
        IntStream.range(0, count).mapToObj(p -> at(TOPIC, p, count, 1L << 34)).toList());
  }

  @Test
  void whatOneNodeWritesAnotherReads() {
    Position far = at(TOPIC, 7, 12, Long.MAX_VALUE);
    Position start = at(TOPIC, 0, 12, 0);
    Position elsewhere = new Position(OTHER + ".300.1000.3", 128);
    String token = tokens.write(PositionVector.of(List.of(far, start, elsewhere))).orElseThrow();

    PositionVector read = ((Good) new PositionTokens("the cluster's key").read(token)).positions();

    assertThat(token).matches("[A-Za-z0-9_-]+");
    assertThat(read.of(far.epoch())).contains(far);
    assertThat(read.of(start.epoch())).contains(start);
    assertThat(read.of(TOPIC + ".7.24.1")).contains(far); // as it was; others judge that
    assertThat(read.of(elsewhere.epoch())).contains(elsewhere);
    assertThat(read.of(TOPIC + ".1.12.0")).isEmpty();
    assertThat(read.of(OTHER + ".7.12.0")).isEmpty();
    assertThat(read.of("")).isEmpty();
  }

  @Test
  void aTokenOfOnePartitionIsShort() {
    String token = tokens.write(PositionVector.of(List.of(at(TOPIC, 3, 12, 1L << 40)))).orElse("");
    assertThat(token).hasSizeLessThan(64);
  }

  @Test
  void noTokenIsLongerThanItMayBe() {
    assertThat(tokens.write(partitions(180)).orElseThrow()).hasSizeLessThanOrEqualTo(2_048);
    assertThat(tokens.write(partitions(250))).isEqualTo(Optional.empty());
    assertThat(tokens.read("A".repeat(2_049))).isEqualTo(new Bad(Fault.TOO_LONG));
  }

  @Test
  void anyOtherByteMakesItForged() {
    byte[] good = Base64.getUrlDecoder().decode(tokens.write(partitions(3)).orElseThrow());
    for (int i = 1; i < good.length; i++) {
      byte[] forged = good.clone();
      forged[i] ^= 1;
      assertThat(tokens.read(text(forged))).as("byte %d", i).isEqualTo(new Bad(Fault.FORGED));
    }
    good[0] = 2;
    assertThat(tokens.read(text(good))).isEqualTo(new Bad(Fault.VERSION));
  }

  @Test
  void anotherClustersTokenIsForged() {
    String foreign = new PositionTokens("another key").write(partitions(1)).orElseThrow();
    assertThat(tokens.read(foreign)).isEqualTo(new Bad(Fault.FORGED));
    for (String text : List.of("", "AQ", "no base64!", foreign.substring(4))) {
      assertThat(tokens.read(text)).isInstanceOf(Bad.class);
    }
  }

  private static String text(byte[] token) {
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token);
  }
}
