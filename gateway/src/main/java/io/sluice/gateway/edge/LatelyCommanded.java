package io.sluice.gateway.edge;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.gateway.cluster.NodeCommand;
import io.sluice.gateway.cluster.Whose;
import io.sluice.session.SessionKey;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/// Which channels services took from users' sessions a while ago: what a session was given is not
/// given to its next connection when it was taken away meanwhile, while the session was in its
/// grace period or that connection was on its way. Every node is told of every command, so each has
/// the same notes, but for what was told before it joined.
///
/// Bounded: [#MOST_BYTES], some 6,000 notes; beyond it some are forgotten. Any thread; never waits.
public final class LatelyCommanded {
  /// Longer than a session's grace period, with the time in which a dead node's begins.
  static final Duration KEPT = Duration.ofMinutes(5);

  static final int MOST_BYTES = 2 << 20;

  /// A note beside its texts, with the cache's own.
  private static final int NOTE = 250;

  /// @param session "" = all of the user's
  private record Key(String user, String session, String channel) {
    int bytes() {
      return NOTE + 2 * (user.length() + session.length() + channel.length());
    }
  }

  /// @param order later ones are higher
  private record Note(long order, boolean taken) {}

  private final AtomicLong order = new AtomicLong();
  private final Cache<Key, Note> notes =
      Caffeine.newBuilder()
          .expireAfterWrite(KEPT)
          .maximumWeight(MOST_BYTES)
          .weigher((Key key, Note _) -> key.bytes())
          .executor(Runnable::run)
          .build();

  /// A command, in the order in which they were told. Before it is executed.
  void told(NodeCommand command) {
    switch (command) {
      case NodeCommand.Subscribe(Whose whose, String channel, _) ->
          note(whose, channel, false); // if of one connection, whose session may be any
      case NodeCommand.Unsubscribe(Whose whose, String channel) when whose.client().isEmpty() ->
          note(whose, channel, true);
      case NodeCommand.Unsubscribe _, NodeCommand.Disconnect _, NodeCommand.Refresh _ -> {
        // says nothing of what a session has
      }
    }
  }

  private void note(Whose whose, String channel, boolean taken) {
    notes.put(
        new Key(whose.user(), whose.session(), channel), new Note(order.incrementAndGet(), taken));
  }

  /// Whether the last that was said of a session and a channel is that it has it no more.
  boolean took(SessionKey key, String channel) {
    Note own = notes.getIfPresent(new Key(key.user(), key.session(), channel));
    Note all = notes.getIfPresent(new Key(key.user(), "", channel));
    if (own == null || all == null) {
      return own != null ? own.taken() : all != null && all.taken();
    }
    return (own.order() > all.order() ? own : all).taken();
  }
}
