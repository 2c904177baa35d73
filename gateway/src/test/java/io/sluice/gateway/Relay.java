package io.sluice.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// A network between clients and a node that can be cut. Each connection has two threads.
final class Relay implements AutoCloseable {
  private final ServerSocket listening;
  private final int to;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  /// @param to the node's port on this machine
  Relay(int to) throws IOException {
    this.to = to;
    listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return listening.getLocalPort();
  }

  /// Ends all connections there are; new ones pass.
  void cut() throws IOException {
    for (Socket socket : open) {
      socket.close();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket node = new Socket(InetAddress.getLoopbackAddress(), to);
        open.add(client);
        open.add(node);
        Thread.ofVirtual().start(() -> pass(client, node));
        Thread.ofVirtual().start(() -> pass(node, client));
      }
    } catch (IOException _) {
      // closed, or the node is gone: whoever connects finds out
    }
  }

  private void pass(Socket from, Socket into) {
    try (from;
        into) {
      InputStream in = from.getInputStream();
      OutputStream out = into.getOutputStream();
      in.transferTo(out);
    } catch (IOException _) {
      // cut
    } finally {
      open.remove(from);
      open.remove(into);
    }
  }

  @Override
  public void close() throws IOException {
    listening.close();
    cut();
  }
}
