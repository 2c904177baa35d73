package io.sluice.session;

import java.util.List;

/// What a connection leaves to the one that resumes its session.
///
/// @param subscriptions channels it was subscribed to by a command of the server, which nobody asks
///   for again. Neither those its token names nor those its client asks for
/// @param served up to where it was served, in channels whose client was told an older position.
///   Written as far as there is room, see [#MAX_TEXT]: it spares work and is no promise
/// @param whole `false` when the store has not told what was left: what it has is let be, see
///   [#over]
public record SessionState(List<String> subscriptions, List<Served> served, boolean whole) {
  /// Nothing to be known.
  public static final SessionState NONE = new SessionState(List.of(), List.of());

  /// The most characters that each of the two may take where they are stored. Names of channels
  /// that do not fit are left out, the last ones first.
  public static final int MAX_TEXT = 16 << 10;

  private static final int NAME = 64;
  private static final int POSITION = 128;

  public SessionState {
    subscriptions = List.copyOf(subscriptions);
    served = List.copyOf(served);
  }

  /// All of it is known.
  public SessionState(List<String> subscriptions, List<Served> served) {
    this(subscriptions, served, true);
  }

  /// As this node remembers it, while the store does not tell.
  SessionState guessed() {
    return new SessionState(subscriptions, served, false);
  }

  /// What is stored when it is written where there is a state already.
  SessionState over(SessionState stored) {
    return whole
        ? this
        : new SessionState(
            stored.subscriptions, served.isEmpty() ? stored.served : served, stored.whole);
  }

  /// What it takes in memory, roughly, bytes.
  int weight() {
    int bytes = 0;
    for (String name : subscriptions) {
      bytes += NAME + name.length();
    }
    for (Served position : served) {
      bytes += POSITION + position.channel().length();
    }
    return bytes;
  }
}
