package io.sluice.gateway.edge;

import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/// Connections that hear over an HTTP stream and speak by `POST /emulation`, at whatever node that
/// arrives. As many as there are such connections. Thread-safe.
public final class Emulations {
  /// Nobody guesses it: whoever knows it may speak for the connection.
  private static final int SESSION_BYTES = 16;

  private final String nodeId;
  private final Elsewhere elsewhere;
  private final SecureRandom random = new SecureRandom();
  private final ConcurrentHashMap<String, Connection> bySession = new ConcurrentHashMap<>();

  /// What became of commands.
  public enum Taken {
    /// Its connection has them.
    YES,
    /// There is no such connection, or its node is dead.
    UNKNOWN,
    /// The connection, or this node, has too many of them waiting.
    TOO_MANY,
    /// Its node does not answer.
    UNANSWERED
  }

  /// Hands commands to the node that holds the connection. Thread-safe; does not wait.
  public interface Elsewhere {
    /// Brings them there.
    ///
    /// @return always completes, within seconds
    CompletionStage<Taken> take(String node, String session, byte[] commands);
  }

  /// @param nodeId this node
  public Emulations(String nodeId, Elsewhere elsewhere) {
    this.nodeId = nodeId;
    this.elsewhere = elsewhere;
  }

  /// A new name for a connection.
  String open(Connection connection) {
    byte[] bytes = new byte[SESSION_BYTES];
    random.nextBytes(bytes);
    String session = HexFormat.of().formatHex(bytes);
    bySession.put(session, connection);
    return session;
  }

  void close(String session) {
    bySession.remove(session);
  }

  /// Commands for a connection of any node.
  CompletionStage<Taken> take(String node, String session, byte[] commands) {
    return node.equals(nodeId) ? take(session, commands) : elsewhere.take(node, session, commands);
  }

  /// Commands for a connection of this node.
  ///
  /// @param commands a frame of the connection's own encoding
  public CompletionStage<Taken> take(String session, byte[] commands) {
    Connection connection = bySession.get(session);
    if (connection == null) {
      return CompletableFuture.completedFuture(Taken.UNKNOWN);
    }
    CompletableFuture<Taken> taken = new CompletableFuture<>();
    try {
      connection.channel().eventLoop().execute(() -> taken.complete(connection.emulated(commands)));
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(Taken.UNKNOWN); // the node has closed
    }
    return taken;
  }
}
