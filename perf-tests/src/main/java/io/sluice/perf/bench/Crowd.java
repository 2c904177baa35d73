package io.sluice.perf.bench;

import io.sluice.perf.swarm.Audience.Reading;

/// Who listens to what in a [Session].
///
/// @param clients as many for each channel
/// @param channels where there are more than clients, each client has as many
/// @param query of the address; empty for none
/// @param payload bytes of a publication
/// @param reading how they read
/// @param sessions whether each has a session
record Crowd(
    int clients, int channels, String query, int payload, Reading reading, boolean sessions) {
  Crowd {
    if (clients % channels != 0 && channels % clients != 0) {
      throw new IllegalArgumentException(clients + " clients on " + channels + " channels");
    }
  }

  /// Steady readers of small publications.
  static Crowd of(int clients, int channels) {
    return new Crowd(clients, channels, "", Session.PAYLOAD, Reading.STEADY, /* sessions= */ false);
  }

  /// The same, asking for something in the address.
  Crowd asking(String words) {
    return new Crowd(clients, channels, words, payload, reading, sessions);
  }

  /// The same, given publications of so many bytes.
  Crowd given(int bytes) {
    return new Crowd(clients, channels, query, bytes, reading, sessions);
  }

  /// The same, reading in another way.
  Crowd reading(Reading how) {
    return new Crowd(clients, channels, query, payload, how, sessions);
  }

  /// The same, each with a session.
  Crowd withSessions() {
    return new Crowd(clients, channels, query, payload, reading, /* sessions= */ true);
  }

  /// Channels of one client.
  int each() {
    return Math.max(1, channels / clients);
  }

  /// Clients of one channel.
  long subscribers() {
    return Math.max(1, (long) clients * each() / channels);
  }
}
