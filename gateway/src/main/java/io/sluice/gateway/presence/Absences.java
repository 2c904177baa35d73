package io.sluice.gateway.presence;

import io.sluice.gateway.protocol.ClientInfo;
import io.sluice.gateway.protocol.JoinLeave;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What subscribers are told of the moves of all nodes. A session that goes on with another
/// connection while its place is kept is seen neither leaving nor joining: it goes on under the
/// client's id it was shown with. All nodes hear the same moves in the same order, so they agree.
/// Confined to the thread on which moves are heard.
final class Absences {
  /// Places that are kept at once; beyond it the oldest is forgotten, and its session is seen
  /// leaving and joining.
  static final int MOST = 20_000;

  /// For how long a node may be late in telling that a place is given up.
  private static final Duration SLACK = Duration.ofSeconds(10);

  private final long keptNanos;
  private final LongSupplier nanos;
  private final Map<String, Place> places = new LinkedHashMap<>();

  /// What a move means.
  ///
  /// @param tell what subscribers are told; null: nothing
  /// @param shown the client's id that the session goes on under; null: its own
  record Meaning(@Nullable JoinLeave tell, @Nullable String shown) {
    static final Meaning NOTHING = new Meaning(null, null);

    static Meaning of(JoinLeave.Kind kind, Move move, String client) {
      ClientInfo who = new ClientInfo(move.who().user(), client, move.who().info());
      return new Meaning(new JoinLeave(kind, move.channel(), who), null);
    }
  }

  /// A place that is kept, or has been taken over lately.
  ///
  /// @param shown the client's id it is shown with
  /// @param generation of the newest connection that held it
  private record Place(String shown, long generation, long since) {}

  /// @param linger for how long places are kept
  Absences(Duration linger, LongSupplier nanos) {
    this.keptNanos = linger.plus(SLACK).toNanos();
    this.nanos = nanos;
  }

  Meaning heard(Move move) {
    forgetOld();
    if (move.session().isEmpty()) {
      return switch (move.kind()) {
        case JOIN -> Meaning.of(JoinLeave.Kind.JOIN, move, move.who().client());
        case LEAVE -> Meaning.of(JoinLeave.Kind.LEAVE, move, move.who().client());
        case AWAY -> Meaning.NOTHING;
      };
    }
    String key = move.session() + ' ' + move.channel();
    Optional<Place> kept = Optional.ofNullable(places.get(key));
    return switch (move.kind()) {
      case AWAY -> {
        put(key, kept.map(Place::shown).orElse(move.who().client()), move.generation());
        yield Meaning.NOTHING;
      }
      case JOIN -> {
        if (kept.isEmpty() || kept.get().generation() >= move.generation()) {
          yield Meaning.of(JoinLeave.Kind.JOIN, move, move.who().client());
        }
        put(key, kept.get().shown(), move.generation());
        yield new Meaning(null, kept.get().shown());
      }
      case LEAVE -> {
        if (kept.isEmpty() || kept.get().generation() < move.generation()) {
          // an older place is given up by itself
          yield Meaning.of(JoinLeave.Kind.LEAVE, move, move.who().client());
        }
        if (kept.get().generation() > move.generation()) {
          yield Meaning.NOTHING; // its node had not heard yet that it was taken over
        }
        places.remove(key);
        yield Meaning.of(JoinLeave.Kind.LEAVE, move, kept.get().shown());
      }
    };
  }

  private void put(String key, String shown, long generation) {
    places.remove(key); // so that the oldest stay in front
    places.put(key, new Place(shown, generation, nanos.getAsLong()));
    if (places.size() > MOST) {
      Iterator<Place> oldest = places.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  private void forgetOld() {
    long now = nanos.getAsLong();
    Iterator<Place> oldest = places.values().iterator();
    while (oldest.hasNext() && now - oldest.next().since() > keptNanos) {
      oldest.remove();
    }
  }
}
