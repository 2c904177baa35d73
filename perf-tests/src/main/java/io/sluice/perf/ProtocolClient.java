package io.sluice.perf;

import io.sluice.broker.Position;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/// One client of the protocol, JSON over a WebSocket: subscribes, comes back by itself, and
/// presents the positions it has. Any thread; its [ClientEvents] come on a thread of its own.
public final class ProtocolClient implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(5);
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final List<URI> nodes;
  private final String token;
  private final String session;
  private final List<String> channels;
  private final ClientEvents events;
  private final Comeback comeback;
  private final Map<String, Position> positions;
  private final Thread thread;
  private volatile @Nullable Socket socket;
  private volatile @Nullable Socket cut;
  private volatile @Nullable Throwable failure;
  private volatile boolean isLive;

  private ProtocolClient(String name, Target target, ClientEvents events) {
    this.nodes = target.nodes();
    this.token = target.token();
    this.session = target.session();
    this.channels = target.channels();
    this.comeback = target.comeback();
    this.positions = new ConcurrentHashMap<>(target.positions());
    this.events = events;
    this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
  }

  /// Where to connect and what for.
  ///
  /// @param nodes WebSocket addresses; which is tried when, `comeback` says
  /// @param token says who this client is
  /// @param session that it asks for; empty for none
  /// @param channels at most as many as the server lets one connection have
  /// @param positions what this client remembers from before
  /// @param comeback when it is back after a connection has ended, and where
  public record Target(
      List<URI> nodes,
      String token,
      String session,
      List<String> channels,
      Map<String, Position> positions,
      Comeback comeback) {
    public Target {
      nodes = List.copyOf(nodes);
      channels = List.copyOf(channels);
      positions = Map.copyOf(positions);
      if (nodes.isEmpty() || channels.isEmpty()) {
        throw new IllegalArgumentException("a client needs a node and a channel");
      }
    }

    /// A client that remembers nothing and is in a hurry.
    public Target(List<URI> nodes, String token, List<String> channels) {
      this(nodes, token, "", channels, Map.of(), Comeback.SOON);
    }

    /// The same, with a session.
    public Target in(String name) {
      return new Target(nodes, token, name, channels, positions, comeback);
    }

    /// The same, remembering this.
    public Target since(Map<String, Position> remembered) {
      return new Target(nodes, token, session, channels, remembered, comeback);
    }

    /// The same, coming back in this way.
    public Target coming(Comeback back) {
      return new Target(nodes, token, session, channels, positions, back);
    }
  }

  /// Starts connecting.
  ///
  /// @param name of its thread
  public static ProtocolClient start(String name, Target target, ClientEvents events) {
    ProtocolClient client = new ProtocolClient(name, target, events);
    client.thread.start();
    return client;
  }

  /// Whether it is connected and all its subscribes have been answered; not from [#cut] on until it
  /// is so again.
  public boolean isLive() {
    Socket severed = cut; // before the live one, which may be a newer one by then
    return isLive && (severed == null || !severed.equals(socket));
  }

  /// Where it stands on each channel.
  public Map<String, Position> positions() {
    return Map.copyOf(positions);
  }

  /// What ended it, other than [#close()].
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /// Cuts the connection as a failing network would; the client comes back, to the first node if
  /// that one answers.
  public void cut() {
    Socket current = socket;
    if (current != null) {
      cut = current;
      current.cut();
    }
  }

  /// Idempotent.
  @Override
  public void close() {
    thread.interrupt();
    try {
      if (!thread.join(ENDING)) {
        throw new IllegalStateException("client '" + thread.getName() + "' does not end");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      int place = 0;
      int failed = 0;
      while (true) {
        boolean accepted = converse(nodes.get(place));
        failed = accepted ? 0 : failed + 1;
        place = comeback.place(accepted, place, nodes.size());
        Thread.sleep(comeback.pause(failed, ThreadLocalRandom.current()));
      }
    } catch (InterruptedException _) {
      // Closed; nobody else has this thread.
    } catch (RuntimeException | Error e) {
      failure = e;
    } finally {
      isLive = false;
    }
  }

  /// One connection, to its end.
  ///
  /// @return whether it was accepted
  private boolean converse(URI node) throws InterruptedException {
    boolean accepted = false;
    String reason;
    try {
      Socket opened = Socket.open(HTTP, node);
      socket = opened;
      try {
        Conversation talk = new Conversation(opened, node, positions, events);
        talk.open(token, session, channels);
        Optional<String> end = Optional.empty();
        while (end.isEmpty()) {
          end = talk.step();
          if (talk.isLive() && !isLive) {
            isLive = true;
            events.live(node);
          }
          isLive = talk.isLive();
          accepted = talk.isConnected();
        }
        reason = end.get();
      } finally {
        isLive = false;
        opened.cut();
      }
    } catch (IOException e) {
      reason = e.toString();
    }
    if (accepted) {
      Socket last = socket;
      boolean ours = last != null && last.equals(cut); // it may have been sending meanwhile
      events.disconnected(node, ours ? ClientEvents.CUT : reason);
    } else {
      events.unreachable(node, reason);
    }
    return accepted;
  }
}
