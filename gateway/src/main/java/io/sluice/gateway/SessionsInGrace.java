package io.sluice.gateway;

import io.sluice.broker.SessionEvent;
import io.sluice.broker.SessionEvent.Hold;
import io.sluice.broker.SessionEvent.Who;
import io.sluice.session.ClosedSession;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which sessions were closed, and not opened again, by what the log says of them. Of one user it
/// is given events in their order; connections of one session may be on two nodes, whose clocks and
/// producers differ, so it goes by generation. Pure; at most [#MAX] sessions, of more the first.
final class SessionsInGrace {
  static final int MAX = 250_000;

  private record Last(SessionInfo info, long generation, Instant since, @Nullable Instant closed) {}

  private final Map<SessionKey, Last> sessions = new LinkedHashMap<>();
  private final Map<String, Instant> lost = new HashMap<>();
  private long passedOver;

  void see(SessionEvent event) {
    switch (event) {
      case SessionEvent.Connected(Who who, Instant time) -> held(who, time, time);
      case SessionEvent.Resumed(Who who, Instant time) -> held(who, time, time);
      // whoever took it over holds it, or says itself that it has let go
      case SessionEvent.TakenOver(Who who, Instant time, SessionEvent.Life life) ->
          held(who, life.connected(), time);
      case SessionEvent.Disconnected(Who who, Instant time, SessionEvent.Life life) ->
          who.hold().ifPresent(hold -> note(who, hold, life.connected(), time, time));
      case SessionEvent.NodeLost(var node, Instant time) -> lost.put(node.id(), time);
    }
  }

  private void held(Who who, Instant connected, Instant time) {
    who.hold().ifPresent(hold -> note(who, hold, connected, time, null));
  }

  private void note(Who who, Hold hold, Instant connected, Instant time, @Nullable Instant closed) {
    SessionKey key;
    SessionInfo info;
    try {
      key = new SessionKey(who.user(), hold.session());
      info = new SessionInfo(who.node(), who.client(), connected);
    } catch (IllegalArgumentException _) { // no node wrote that
      passedOver++;
      return;
    }
    Last earlier = sessions.get(key);
    if (earlier == null && sessions.size() >= MAX) {
      passedOver++;
    } else if (earlier == null || earlier.generation() <= hold.generation()) {
      sessions.put(key, new Last(info, hold.generation(), time, closed));
    }
  }

  /// Those that were closed after a moment.
  List<ClosedSession> closedSince(Instant moment) {
    List<ClosedSession> all = new ArrayList<>();
    sessions.forEach((key, last) ->
        closed(last)
            .filter(closed -> closed.isAfter(moment))
            .ifPresent(
                closed -> all.add(new ClosedSession(key, last.info(), last.generation(), closed))));
    return all;
  }

  /// The grace of what a dead node held begins when it is found dead, as in Redis.
  private Optional<Instant> closed(Last last) {
    Instant death = lost.get(last.info().node());
    return last.closed() == null && death != null && death.isAfter(last.since())
        ? Optional.of(death)
        : Optional.ofNullable(last.closed());
  }

  /// Events of further sessions, and of what can be none.
  long passedOver() {
    return passedOver;
  }
}
