package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EpochTest {
  @Test
  void itsTextReadsBackAsTheSame() {
    Epoch epoch = new Epoch(Uuid.randomUuid(), 3, 12, 1);
    assertThat(Epoch.parse(epoch.toString())).contains(epoch);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "a.b.c.d",
        "AAAAAAAAAAAAAAAAAAAAAA.0.0.0",
        "AAAAAAAAAAAAAAAAAAAAAA.-1.1.0",
        "AAAAAAAAAAAAAAAAAAAAAA.01.1.0",
        "AAAAAAAAAAAAAAAAAAAAAA.0.1.0.0"
      })
  void textThatIsNoneOfOursIsRefused(String text) {
    assertThat(Epoch.parse(text)).isEmpty();
  }
}
