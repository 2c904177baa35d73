package io.sluice.gateway.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TraceParentTest {
  private static final String ID = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-";

  @ParameterizedTest
  @ValueSource(strings = {"00", "01"})
  void whatIsReadIsWrittenTheSame(String flags) {
    assertThat(TraceParent.parse(ID + flags).map(TraceParent::of)).contains(ID + flags);
    assertThat(TraceParent.parse(ID + flags).orElseThrow().isSampled())
        .isEqualTo(flags.equals("01"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "x",
        "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331",
        "ff-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
        "00-00000000000000000000000000000000-b7ad6b7169203331-01",
        "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
        "00-0AF7651916CD43DD8448EB211C80319G-b7ad6b7169203331-01",
      })
  void whatIsNoneIsNothing(String text) {
    assertThat(TraceParent.parse(text)).isEmpty();
  }

  @Test
  void laterVersionsAreReadAsFarAsTheyAreKnown() {
    assertThat(TraceParent.parse("01-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01-more"))
        .map(TraceParent::of)
        .contains(ID + "01");
  }
}
