package io.sluice.gateway.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import io.sluice.session.SessionKey;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.Set;

/// Which channels services took from users' sessions a while ago: what a session was given is not
/// given to its next connection when it was taken away meanwhile, while the session was in its
/// grace period or that connection was on its way. Every node is told of every command, so each has
/// the same notes, but for what was told before it joined.
///
/// Bounded: [#MOST_BYTES], some 6,000 channels of users; beyond it some are forgotten. What is
/// given to somebody takes no room. Any thread; never waits.
public final class LatelyCommanded {
  /// Longer than a session's grace period, with the time in which a dead node's begins.
  static final Duration KEPT = Duration.ofMinutes(5);

  static final int MOST_BYTES = 2 << 20;

  /// Sessions of a user that are named apart for one channel; more than a user has in Redis.
  static final int MOST_SESSIONS = 256;

  /// A note beside its texts, with the cache's own.
  private static final int NOTE = 250;

  private static final int SESSION = 80;

  private record Key(String user, String channel) {}

  /// @param all whether it was taken from all sessions but those that are named, or from these
  private record Taken(boolean all, Set<String> sessions) {
    boolean from(String session) {
      return all != sessions.contains(session);
    }

    /// Also from one more session, or no more from it. Of too many the first is forgotten.
    Taken with(String session, boolean from) {
      Set<String> more = new LinkedHashSet<>(sessions);
      more.remove(session);
      if (all != from) {
        more.add(session);
        if (more.size() > MOST_SESSIONS) {
          more.remove(more.iterator().next());
        }
      }
      return new Taken(all, more);
    }

    int bytes() {
      return sessions.stream().mapToInt(it -> SESSION + 2 * it.length()).sum();
    }
  }

  private final Cache<Key, Taken> notes =
      Caffeine.newBuilder()
          .expireAfterWrite(KEPT)
          .maximumWeight(MOST_BYTES)
          .weigher((Key key, Taken taken) ->
              NOTE + 2 * (key.user().length() + key.channel().length()) + taken.bytes())
          .executor(Runnable::run)
          .build();

  /// A command, in the order in which they were told. Before it is executed.
  void told(NodeCommand command) {
    switch (command) {
      case NodeCommand.Subscribe(Whose whose, String channel, _) -> given(whose, channel);
      case NodeCommand.Unsubscribe(Whose whose, String channel) when whose.client().isEmpty() ->
          taken(whose, channel);
      case NodeCommand.Unsubscribe _, NodeCommand.Disconnect _, NodeCommand.Refresh _ -> {
        // says nothing of what a session has
      }
    }
  }

  private void taken(Whose whose, String channel) {
    String session = whose.session();
    notes
        .asMap()
        .compute(
            new Key(whose.user(), channel),
            (_, known) ->
                session.isEmpty()
                    ? new Taken(true, Set.of())
                    : (known == null ? new Taken(false, Set.of()) : known).with(session, true));
  }

  /// If of one connection, whose session may be any.
  private void given(Whose whose, String channel) {
    String session = whose.session();
    notes
        .asMap()
        .computeIfPresent(
            new Key(whose.user(), channel),
            (_, known) -> session.isEmpty() ? null : known.with(session, false));
  }

  /// Whether the last that was said of a session and a channel is that it has it no more.
  boolean took(SessionKey key, String channel) {
    Taken taken = notes.getIfPresent(new Key(key.user(), channel));
    return taken != null && taken.from(key.session());
  }
}
