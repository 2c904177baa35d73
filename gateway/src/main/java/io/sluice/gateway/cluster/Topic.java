package io.sluice.gateway.cluster;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/// What nodes can be asked about. The names are on the wire between nodes of different versions:
/// never change one.
public enum Topic {
  /// Who is in a channel.
  PRESENCE,
  /// How many are in a channel.
  PRESENCE_STATS,
  /// Which channels have subscribers.
  CHANNELS,
  /// A user's live sessions.
  USER_SESSIONS,
  /// Whether a session is held, and in which generation.
  SESSION,
  /// A session goes on elsewhere: whoever held it lets go.
  TAKEN_OVER,
  /// A node's figures.
  INFO;

  /// Its name in a path.
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /// The topic of that name in a path.
  public static Optional<Topic> named(String text) {
    return Arrays.stream(values()).filter(topic -> topic.text().equals(text)).findFirst();
  }
}
