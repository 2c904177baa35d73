package io.sluice.gateway.edge;

import java.util.Locale;

/// What a node that has too much to do refuses, each level with those before it. Never in it: what
/// is delivered to those who are subscribed, what they published, and pings.
public enum ShedLevel {
  /// Nothing.
  NONE,
  /// New connections.
  HANDSHAKES,
  /// New subscriptions of connections that are there.
  SUBSCRIPTIONS,
  /// Questions for the past and for who is there, and recovery from below the window.
  HISTORY;

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }

  /// For the metric.
  int number() {
    return switch (this) {
      case NONE -> 0;
      case HANDSHAKES -> 1;
      case SUBSCRIPTIONS -> 2;
      case HISTORY -> 3;
    };
  }

  /// One more, if there is one.
  ShedLevel higher() {
    return switch (this) {
      case NONE -> HANDSHAKES;
      case HANDSHAKES -> SUBSCRIPTIONS;
      case SUBSCRIPTIONS, HISTORY -> HISTORY;
    };
  }

  /// One less, if there is one.
  ShedLevel lower() {
    return switch (this) {
      case NONE, HANDSHAKES -> NONE;
      case SUBSCRIPTIONS -> HANDSHAKES;
      case HISTORY -> SUBSCRIPTIONS;
    };
  }
}
