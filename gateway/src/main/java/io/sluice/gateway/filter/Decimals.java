package io.sluice.gateway.filter;

import java.math.BigDecimal;
import java.util.Optional;
import java.util.regex.Pattern;

/// Numbers as they stand in tags: decimal digits on both sides of a point, as with Centrifugo. No
/// exponent, which could make a number of a few characters take any amount of work.
final class Decimals {
  /// Characters of a number.
  static final int LONGEST = 200;

  private static final Pattern DECIMAL = Pattern.compile("[+-]?\\d+(\\.\\d+)?");

  private Decimals() {}

  /// The number; nothing when this is none.
  static Optional<BigDecimal> parse(String text) {
    return text.length() <= LONGEST && DECIMAL.matcher(text).matches()
        ? Optional.of(new BigDecimal(text))
        : Optional.empty();
  }
}
