package io.sluice.gateway.config;

/// A key that has another value now, for people: of secrets nothing is shown.
///
/// @param from the value before; "" where there was none
/// @param to the value now; "" where there is none
public record ConfigChange(String key, String from, String to) {
  @Override
  public String toString() {
    return key + " " + shown(from) + " -> " + shown(to);
  }

  private static String shown(String value) {
    return value.isEmpty() ? "\"\"" : value;
  }
}
