package io.sluice.gateway.fuzz;

import java.util.SplittableRandom;

/// Choices that follow from a seed. For one thread.
final class Chance {
  private final SplittableRandom random;

  Chance(long seed, Level level, int unit) {
    random = new SplittableRandom((seed * 31 + level.perUnit()) * 1_000_003 + unit);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  boolean oneIn(int n) {
    return random.nextInt(n) == 0;
  }

  @SafeVarargs
  final <T> T of(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  byte oneByte() {
    return (byte) random.nextInt(256);
  }
}
