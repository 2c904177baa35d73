package io.sluice.embedded;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A TCP link in front of a server on this machine that can fall silent, as a network does that
/// drops every packet: who is connected, or connects, stays so and is never answered. What was sent
/// meanwhile is lost, and with it the connections it was sent on: they stay mute when the link
/// speaks again, until their client gives them up. Each connection has two threads; any thread may
/// call.
public final class SilentLink implements AutoCloseable {
  private final int server;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private volatile boolean silent;

  /// @param port to listen on, 0 = any
  /// @param server the server's port
  public SilentLink(int port, int server) throws IOException {
    this.server = server;
    listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// Where clients connect.
  public int port() {
    return listening.getLocalPort();
  }

  /// From now on nobody is answered.
  public void fallSilent() {
    silent = true;
  }

  /// Who connects from now on reaches the server.
  public void speak() {
    silent = false;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        open.add(client);
        Thread.ofVirtual().start(() -> connect(client));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void connect(Socket client) {
    if (silent) {
      swallow(client);
      return;
    }
    try {
      Socket peer = new Socket(InetAddress.getLoopbackAddress(), server);
      open.add(peer);
      Lost lost = new Lost();
      Thread.ofVirtual().start(() -> pass(client, peer, lost));
      pass(peer, client, lost);
    } catch (IOException _) {
      end(client); // the server is gone
    }
  }

  /// Whether something of a connection was lost, on the way there or back.
  private static final class Lost {
    volatile boolean any;
  }

  private void pass(Socket from, Socket to, Lost lost) {
    byte[] piece = new byte[64 * 1024];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        lost.any |= silent;
        if (!lost.any) {
          out.write(piece, 0, n);
        }
      }
    } catch (IOException _) {
      // one of them is gone
    } finally {
      end(from);
      end(to);
    }
  }

  private void swallow(Socket client) {
    try {
      client.getInputStream().transferTo(OutputStream.nullOutputStream());
    } catch (IOException _) {
      // it has given up
    } finally {
      end(client);
    }
  }

  private void end(Socket socket) {
    open.remove(socket);
    try {
      socket.close();
    } catch (IOException _) {
      // it is ended all the same
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    open.forEach(this::end);
  }
}
