package io.sluice.perf.chaos;

import com.fasterxml.jackson.databind.JsonNode;

/// What is published: its number, and a filling that is that of no other publication, so that one
/// that was damaged, or put together from two, is noticed. Pure.
final class Payload {
  /// What stands for the number of one that nobody has published.
  static final long NONE = -1;

  private static final int LENGTH = 150;

  private Payload() {}

  static String of(int channel, long number) {
    return "{\"n\":%d,\"filling\":\"%s\"}".formatted(number, filling(channel, number));
  }

  private static String filling(int channel, long number) {
    String piece = channel + "." + number + " ";
    return piece.repeat(LENGTH / piece.length());
  }

  /// Its number in this channel; [#NONE] when that is not what was published.
  static long number(int channel, JsonNode payload) {
    long number = payload.path("n").asLong(NONE);
    boolean whole =
        payload.size() == 2
            && payload.path("n").isIntegralNumber()
            && payload.path("filling").asText().equals(filling(channel, number));
    return whole ? number : NONE;
  }
}
