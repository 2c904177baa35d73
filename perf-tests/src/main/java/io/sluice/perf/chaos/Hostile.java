package io.sluice.perf.chaos;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/// Clients that mean no good, all the while: some subscribe and never read, others send what is no
/// protocol. Nobody else is to notice. Threads of its own; [#close] by one.
final class Hostile implements AutoCloseable {
  private static final int NEVER_READING = 6;
  private static final int SENDING_GARBAGE = 3;
  private static final Duration BETWEEN = Duration.ofMillis(200);
  private static final int PATIENCE = 3_000;

  private final Workers workers = new Workers();
  private final List<URI> edges;
  private final String token;
  private final Channels channels;

  Hostile(Cluster cluster, Channels channels, long seed) {
    this.edges = cluster.nodes().stream().map(Node::edge).toList();
    this.channels = channels;
    this.token = Crowd.token("hostile");
    for (int i = 0; i < NEVER_READING; i++) {
      int number = i;
      workers.start(Thread.ofVirtual().name("never-reading-" + i), () -> neverRead(number));
    }
    for (int i = 0; i < SENDING_GARBAGE; i++) {
      Random random = new Random(seed + i);
      workers.start(Thread.ofVirtual().name("garbage-" + i), () -> sendGarbage(random));
    }
  }

  private Socket open(URI edge) throws IOException {
    Socket socket = new Socket();
    socket.setReceiveBufferSize(4_096);
    socket.setSoTimeout(PATIENCE);
    socket.connect(
        new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), edge.getPort()), PATIENCE);
    return socket;
  }

  private static void handshake(Socket socket, Random random) throws IOException {
    byte[] key = new byte[16];
    random.nextBytes(key);
    send(
        socket,
        "GET /connection/websocket HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: "
            + Base64.getEncoder().encodeToString(key)
            + "\r\nSec-WebSocket-Version: 13\r\n\r\n");
  }

  private static void send(Socket socket, String text) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /// A masked frame, with a mask of zeros.
  private static void frame(Socket socket, int opcode, byte[] payload) throws IOException {
    OutputStream out = socket.getOutputStream();
    out.write(0x80 | opcode);
    if (payload.length < 126) {
      out.write(0x80 | payload.length);
    } else {
      out.write(0x80 | 126);
      out.write(payload.length >> 8);
      out.write(payload.length);
    }
    out.write(new byte[4]);
    out.write(payload);
    out.flush();
  }

  private void neverRead(int number) {
    Random random = new Random(number);
    while (workers.goOn()) {
      try (Socket socket = open(edges.get(number % edges.size()))) {
        handshake(socket, random);
        StringBuilder commands =
            new StringBuilder("{\"id\":1,\"connect\":{\"token\":\"" + token + "\"}}");
        for (int channel = 0; channel < Math.min(channels.count(), 60); channel++) {
          commands.append(
              "\n{\"id\":%d,\"subscribe\":{\"channel\":\"%s\"}}"
                  .formatted(channel + 2, channels.name(channel)));
        }
        frame(socket, 1, commands.toString().getBytes(StandardCharsets.UTF_8));
        for (int i = 0; i < 100 && workers.goOn(); i++) {
          pause();
        }
      } catch (IOException _) {
        pause(); // its node is away, or has had enough
      }
    }
  }

  private void sendGarbage(Random random) {
    while (workers.goOn()) {
      try (Socket socket = open(edges.get(random.nextInt(edges.size())))) {
        byte[] noise = new byte[random.nextInt(1, 2_000)];
        random.nextBytes(noise);
        switch (random.nextInt(5)) {
          case 0 -> socket.getOutputStream().write(noise);
          case 1 -> send(socket, "GET /" + "x".repeat(20_000) + " HTTP/1.1\r\n\r\n");
          case 2 -> {
            handshake(socket, random);
            socket.getOutputStream().write(noise);
          }
          case 3 -> {
            handshake(socket, random);
            frame(
                socket,
                1,
                "{\"id\":1,\"connect\":{\"token\":\"no token\"}}".getBytes(StandardCharsets.UTF_8));
          }
          default -> {
            handshake(socket, random);
            frame(socket, random.nextInt(16), noise);
          }
        }
        var _ = socket.getInputStream().read(new byte[512]);
      } catch (IOException _) {
        // refused, as it should be
      }
      pause();
    }
  }

  private static void pause() {
    try {
      TimeUnit.NANOSECONDS.sleep(BETWEEN.toNanos());
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    workers.close();
  }
}
