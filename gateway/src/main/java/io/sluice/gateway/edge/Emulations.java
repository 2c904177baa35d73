package io.sluice.gateway.edge;

import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;

/// Connections that hear over an HTTP stream and speak by `POST /emulation`, at whatever node that
/// arrives. As many as there are such connections. Thread-safe.
///
/// A session's name carries proof that one of the cluster's nodes has given it out, so that names
/// made up by strangers never reach another node.
public final class Emulations {
  private final String nodeId;
  private final SessionNames names;
  private final Elsewhere elsewhere;
  private final ConcurrentHashMap<String, Connection> bySession = new ConcurrentHashMap<>();

  /// What became of commands, and the HTTP status that says so, to clients and between nodes.
  public enum Taken {
    /// Its connection has them.
    YES(204),
    /// There is no such connection, or its node is dead.
    UNKNOWN(404),
    /// The connection, or this node, has too many of them waiting.
    TOO_MANY(429),
    /// Its node does not answer.
    UNANSWERED(503);

    private final int status;

    Taken(int status) {
      this.status = status;
    }

    public int status() {
      return status;
    }

    /// What another node says by a status.
    public static Taken of(int status) {
      return Arrays.stream(values()).filter(it -> it.status == status).findAny().orElse(UNANSWERED);
    }
  }

  /// Hands commands to the node that holds the connection. Thread-safe; does not wait.
  public interface Elsewhere {
    /// Brings them there.
    ///
    /// @return always completes, within seconds
    CompletionStage<Taken> take(String node, String session, byte[] commands);
  }

  /// @param nodeId this node
  /// @param key that all nodes share
  public Emulations(String nodeId, String key, Elsewhere elsewhere) {
    this.nodeId = nodeId;
    this.names = new SessionNames(key);
    this.elsewhere = elsewhere;
  }

  /// From now on names are given out with this key, and taken with it or the second one.
  public void take(String key, String second) {
    names.take(key, second);
  }

  /// A new name for a connection.
  String open(Connection connection) {
    String session = names.next(nodeId);
    bySession.put(session, connection);
    return session;
  }

  void close(String session) {
    bySession.remove(session);
  }

  /// Commands for a connection of any node.
  CompletionStage<Taken> take(String node, String session, byte[] commands) {
    if (node.equals(nodeId)) {
      return take(session, commands);
    }
    return names.isGenuine(node, session)
        ? elsewhere.take(node, session, commands)
        : CompletableFuture.completedFuture(Taken.UNKNOWN);
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
      connection.channel().eventLoop().execute(() -> run(connection, commands, taken));
    } catch (RejectedExecutionException _) {
      return CompletableFuture.completedFuture(Taken.UNKNOWN); // the node has closed
    }
    return taken;
  }

  private static void run(Connection connection, byte[] commands, CompletableFuture<Taken> taken) {
    try {
      taken.complete(connection.intake().emulated(commands));
    } catch (RuntimeException e) {
      taken.completeExceptionally(e); // whoever waits for the answer must not wait for ever
      throw e;
    }
  }
}
