package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.SequencedMap;
import java.util.regex.Pattern;

/// Keys and values in the form of the configuration file, for people to read. The opposite
/// direction of [Settings]. For one thread.
final class Listing {
  static final String REDACTED = "***";

  /// What an unknown key looks like it was meant to hold.
  private static final Pattern SECRETIVE =
      Pattern.compile("secret|passw|token|credential|jaas|uri|private|key");

  private final SequencedMap<String, String> lines = new LinkedHashMap<>();
  private final SequencedMap<String, String> values = new LinkedHashMap<>();

  Listing add(String key, Object value) {
    String text =
        switch (value) {
          case Duration d -> DurationText.format(d);
          case Enum<?> e -> e.toString().toLowerCase(Locale.ROOT);
          case ByteSize b -> b.toString();
          default -> value.toString();
        };
    lines.put(key, text);
    values.put(key, text);
    return this;
  }

  /// Tells only whether there is a value.
  Listing addSecret(String key, String value) {
    return addSecret(key, value, value.isEmpty() ? "" : REDACTED);
  }

  /// @param shown instead of the value
  Listing addSecret(String key, String value, String shown) {
    lines.put(key, shown);
    values.put(key, value);
    return this;
  }

  /// The value of a key that is not one of ours, for a message; a mistyped key may hold a secret.
  static String shown(String key, String value) {
    return SECRETIVE.matcher(key.toLowerCase(Locale.ROOT)).find() ? REDACTED : "'" + value + "'";
  }

  /// A URL, or several after commas, or what was meant to be one: where, not who with which
  /// password. Nothing before the last `@` but a scheme, so of several only those after the last
  /// password, and of a query only that there is one.
  static String withoutPassword(String url) {
    return url.replaceFirst("^([\\w+.-]*://)?.*@", "$1" + REDACTED + "@")
        .replaceFirst("\\?.*", "?" + REDACTED);
  }

  /// With the secrets; never shown.
  SequencedMap<String, String> values() {
    return Collections.unmodifiableSequencedMap(values);
  }

  SequencedMap<String, String> lines() {
    return Collections.unmodifiableSequencedMap(lines);
  }
}
