package io.sluice.gateway;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/// The network between a node and a broker. What the broker answers to one kind of the node's
/// clients can be kept on its way, while the others are served. Each connection has two threads.
final class KafkaLink implements AutoCloseable {
  private final int broker;
  private final ServerSocket listening;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  // under the monitor
  private String held = "";

  /// @param broker a port of the broker's on which it gives this link's port for its own
  KafkaLink(int port, int broker) throws IOException {
    this.broker = broker;
    listening = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  /// Answers to clients whose id ends so wait until [#release].
  synchronized void hold(String role) {
    held = role;
  }

  synchronized void release() {
    held = "";
    notifyAll();
  }

  private synchronized void awaitPassage(String clientId) throws InterruptedException {
    while (!held.isEmpty() && clientId.endsWith(held)) {
      wait();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listening.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), broker);
        open.add(client);
        open.add(server);
        Thread.ofVirtual().start(() -> ask(client, server));
      }
    } catch (IOException _) {
      // closed, or the broker is gone: whoever connects finds out
    }
  }

  /// A request begins with its length, four fixed fields of 8 bytes together, and the client's id.
  private void ask(Socket client, Socket server) {
    try (client;
        server) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      OutputStream out = server.getOutputStream();
      byte[] head = in.readNBytes(Integer.BYTES + 8);
      short length = in.readShort();
      byte[] id = in.readNBytes(Math.max(0, length));
      String clientId = new String(id, StandardCharsets.UTF_8);
      Thread.ofVirtual().start(() -> answer(clientId, server, client));
      out.write(head);
      out.write(length >> 8);
      out.write(length);
      out.write(id);
      in.transferTo(out);
    } catch (IOException _) {
      // one of them is gone
    } finally {
      open.remove(client);
      open.remove(server);
    }
  }

  private void answer(String clientId, Socket server, Socket client) {
    byte[] piece = new byte[64 * 1024];
    try (server;
        client) {
      InputStream in = server.getInputStream();
      OutputStream out = client.getOutputStream();
      for (int n = in.read(piece); n >= 0; n = in.read(piece)) {
        awaitPassage(clientId);
        out.write(piece, 0, n);
      }
    } catch (IOException _) {
      // one of them is gone
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a link", e);
    }
  }

  /// Nothing comes through any more.
  void cut() throws IOException {
    close();
  }

  @Override
  public void close() throws IOException {
    listening.close();
    release();
    for (Socket socket : open) {
      socket.close();
    }
  }
}
