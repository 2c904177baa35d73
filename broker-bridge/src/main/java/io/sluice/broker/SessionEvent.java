package io.sluice.broker;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// Something that happened to a user's connection, or to the node that had many of them. A
/// connection has one beginning ([Connected] or [Resumed]) and one end ([Disconnected] or
/// [TakenOver]).
public sealed interface SessionEvent {
  /// When it happened, by the clock of the node that says so.
  Instant time();

  /// The key of its record: those of one key keep their order.
  String key();

  /// A user connected, in a new session or without any.
  record Connected(Who who, Instant time) implements SessionEvent {
    @Override
    public String key() {
      return who.user();
    }
  }

  /// A user connected and went on with a session that was there.
  record Resumed(Who who, Instant time) implements SessionEvent {
    @Override
    public String key() {
      return who.user();
    }
  }

  /// A connection ended because a later one has taken its session over.
  record TakenOver(Who who, Instant time, Life life) implements SessionEvent {
    @Override
    public String key() {
      return who.user();
    }
  }

  /// A connection ended in any other way.
  record Disconnected(Who who, Instant time, Life life) implements SessionEvent {
    @Override
    public String key() {
      return who.user();
    }
  }

  /// A node is dead. Of what it had nobody else will tell.
  ///
  /// @param node as its last heartbeat described it
  record NodeLost(NodeInfo node, Instant time) implements SessionEvent {
    @Override
    public String key() {
      return node.id();
    }
  }

  /// Whose connection it is, and where.
  ///
  /// @param user never empty
  /// @param client the connection's id, unique in the cluster
  /// @param node the node that has it
  /// @param hold its hold on a session, if it has one
  record Who(String user, String client, String node, Optional<Hold> hold) {
    /// With all there is.
    public Who {
      if (user.isEmpty()) {
        throw new IllegalArgumentException("connections without a user have no events");
      }
    }
  }

  /// A session and which of its connections this is.
  ///
  /// @param session the name its client chose
  /// @param generation higher than that of every earlier connection
  record Hold(String session, long generation) {}

  /// A connection as it ended.
  ///
  /// @param code of the close; 0 when the client or its network went by itself
  /// @param reason in a few words
  /// @param connected when its connect was answered, by the same clock as the event's time
  /// @param commands what its client has sent
  /// @param publications what was put into its outbox
  record Life(int code, String reason, Instant connected, long commands, long publications) {
    /// How long it has been, at the event's time.
    Duration until(Instant end) {
      return Duration.between(connected, end);
    }
  }
}
