package io.sluice.gateway.api;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// The methods of the API, by their names in lower case.
enum Method {
  PUBLISH,
  BROADCAST,
  CHANNELS,
  INFO,
  SUBSCRIBE,
  UNSUBSCRIBE,
  DISCONNECT,
  REFRESH,
  PRESENCE,
  PRESENCE_STATS,
  HISTORY,
  HISTORY_REMOVE,
  BATCH;

  final String text = name().toLowerCase(Locale.ROOT);

  static Optional<Method> named(String text) {
    return Arrays.stream(values()).filter(method -> method.text.equals(text)).findFirst();
  }
}
