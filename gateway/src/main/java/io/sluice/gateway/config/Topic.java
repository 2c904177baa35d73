package io.sluice.gateway.config;

import java.util.regex.Pattern;

/// Kafka's rule for topic names.
final class Topic {
  private static final Pattern NAME = Pattern.compile("(?!\\.{1,2}$)[a-zA-Z0-9._-]{1,249}");

  private Topic() {}

  static boolean isName(String text) {
    return NAME.matcher(text).matches();
  }

  static String problem(String key, String text) {
    return text.isEmpty()
        ? key + ": is not set; it names a Kafka topic"
        : "%s: '%s' is no topic's name (1 to 249 letters, digits, '.', '_' and '-')"
            .formatted(key, text);
  }
}
