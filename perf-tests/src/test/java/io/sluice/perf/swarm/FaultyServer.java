package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;

/// A server of the client protocol that breaks one promise, so that the checker can be seen to
/// notice. It has one channel, number 0 of any prefix, whose publications are numbered from 0;
/// number 5 meets the fault.
public final class FaultyServer implements AutoCloseable {
  /// Which promise it breaks.
  public enum Fault {
    NONE,
    /// Does not deliver number 5.
    DROPS,
    /// Delivers number 5 twice.
    DUPLICATES,
    /// Delivers number 6 before number 5.
    REORDERS,
    /// Answers `recovered:true` and leaves the first missed publication out.
    RECOVERS_IN_PART,
    /// Answers `recovered:true` and brings nothing.
    CLAIMS_NOTHING_WAS_MISSED,
    /// Answers `recovered:false`, which is true, and goes on at the top.
    FORGETS_AND_SAYS_SO,
    /// Gives number 5 an offset below the one before.
    STEPS_BACK,
    /// Number 5 carries what was published to another channel.
    CONFUSES_CHANNELS,
    /// Whoever comes back is pushed a publication before the subscribe is answered.
    PUSHES_BEFORE_THE_REPLY,
    /// Whoever subscribes in the middle misses the next publication.
    MISSES_THE_FIRST_AFTER_A_SUBSCRIBE
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int FAULTY = 5;
  private static final int TEXT = 0x81;
  private static final int BIG_FRAME = 126;

  private final Fault fault;
  private final ServerSocket listener;
  private final List<Client> clients = new CopyOnWriteArrayList<>();
  private int published;
  private volatile String padding = "";
  private volatile CompletableFuture<Void> door = CompletableFuture.completedFuture(null);

  public FaultyServer(Fault fault) throws IOException {
    this.fault = fault;
    this.listener = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  public URI edge() {
    return URI.create("ws://127.0.0.1:" + listener.getLocalPort() + "/connection/websocket");
  }

  /// Makes publications so much larger.
  void pad(int bytes) {
    padding = "x".repeat(bytes);
  }

  /// Whoever connects from now on is answered when the door is open again.
  void shut() {
    door = new CompletableFuture<>();
  }

  void open() {
    door.complete(null);
  }

  /// How many there have been.
  public synchronized int published() {
    return published;
  }

  /// Publishes so many more.
  public synchronized void publish(int count) {
    for (int i = 0; i < count; i++) {
      int n = published++;
      clients.forEach(client -> deliver(client, n));
    }
  }

  private void deliver(Client client, int n) {
    switch (fault) {
      case DROPS -> {
        if (n != FAULTY) {
          client.push(n, n + 1);
        }
      }
      case DUPLICATES -> {
        client.push(n, n + 1);
        if (n == FAULTY) {
          client.push(n, n + 1);
        }
      }
      case REORDERS -> {
        if (n == FAULTY + 1) {
          client.push(n, n + 1);
          client.push(FAULTY, FAULTY + 1);
        } else if (n != FAULTY) {
          client.push(n, n + 1);
        }
      }
      case STEPS_BACK -> client.push(n, n == FAULTY ? 1 : n + 1);
      case MISSES_THE_FIRST_AFTER_A_SUBSCRIBE -> {
        if (!client.isNewInTheMiddle()) {
          client.push(n, n + 1);
        }
      }
      case NONE,
          RECOVERS_IN_PART,
          CLAIMS_NOTHING_WAS_MISSED,
          FORGETS_AND_SAYS_SO,
          CONFUSES_CHANNELS,
          PUSHES_BEFORE_THE_REPLY ->
          client.push(n, n + 1);
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket socket = listener.accept();
        Thread.ofVirtual().start(() -> serve(socket));
      }
    } catch (IOException _) {
      // closed
    }
  }

  private void serve(Socket socket) {
    Client client = new Client(socket);
    try (socket) {
      client.converse();
    } catch (IOException | UncheckedIOException _) {
      // the client has gone
    } finally {
      clients.remove(client);
    }
  }

  private String publication(int n) {
    int channel = fault == Fault.CONFUSES_CHANNELS && n == FAULTY ? 1 : 0;
    return "{\"data\":{\"c\":%d,\"n\":%d,\"t\":%d,\"p\":\"%s\"},\"offset\":%d}"
        .formatted(channel, n, System.nanoTime(), padding, n + 1);
  }

  private synchronized String subscribed(Client client, JsonNode request, int id) {
    clients.add(client);
    client.joins(request.path("channel").asText(), published);
    String position = "\"recoverable\":true,\"positioned\":true,\"epoch\":\"e\",\"offset\":";
    if (!request.path("recover").asBoolean()) {
      return "{\"id\":%d,\"subscribe\":{%s%d}}".formatted(id, position, published);
    }
    int since = request.path("offset").asInt();
    if (fault == Fault.PUSHES_BEFORE_THE_REPLY) {
      client.push(since, since + 1);
    }
    String answer = "{\"id\":%d,\"subscribe\":{\"was_recovering\":true,".formatted(id);
    return switch (fault) {
      case FORGETS_AND_SAYS_SO -> answer + position + published + "}}";
      case CLAIMS_NOTHING_WAS_MISSED ->
          answer + "\"recovered\":true," + position + published + "}}";
      case NONE,
          DROPS,
          DUPLICATES,
          REORDERS,
          STEPS_BACK,
          RECOVERS_IN_PART,
          CONFUSES_CHANNELS,
          PUSHES_BEFORE_THE_REPLY,
          MISSES_THE_FIRST_AFTER_A_SUBSCRIBE -> {
        List<String> missed = new ArrayList<>();
        for (int n = fault == Fault.RECOVERS_IN_PART ? since + 1 : since; n < published; n++) {
          missed.add(publication(n));
        }
        yield answer
            + "\"recovered\":true,"
            + position
            + since
            + ",\"publications\":["
            + String.join(",", missed)
            + "]}}";
      }
    };
  }

  /// One connection.
  private final class Client {
    private final Socket socket;
    private String channel = "";
    private boolean newInTheMiddle;

    Client(Socket socket) {
      this.socket = socket;
    }

    void converse() throws IOException {
      DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
      awaitHead(in);
      door.join();
      OutputStream out = socket.getOutputStream();
      out.write(
          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n"
              .getBytes(StandardCharsets.US_ASCII));
      while (true) {
        for (String line : frame(in).split("\n", -1)) {
          answer(JSON.readTree(line));
        }
      }
    }

    private static void awaitHead(InputStream in) throws IOException {
      StringBuilder head = new StringBuilder();
      while (head.indexOf("\r\n\r\n") < 0) {
        int next = in.read();
        if (next < 0) {
          throw new IOException("gone");
        }
        head.append((char) next);
      }
    }

    private static String frame(DataInputStream in) throws IOException {
      int opcode = in.readUnsignedByte();
      int length = in.readUnsignedByte() & 0x7F;
      if (length == BIG_FRAME) {
        length = in.readUnsignedShort();
      }
      in.skipNBytes(4); // the mask, which is zero
      byte[] payload = in.readNBytes(length);
      if (opcode != TEXT) {
        throw new IOException("the client ends");
      }
      return new String(payload, StandardCharsets.UTF_8);
    }

    private void answer(JsonNode command) {
      int id = command.path("id").asInt();
      if (command.has("connect")) {
        send("{\"id\":" + id + ",\"connect\":{\"client\":\"x\",\"ping\":25}}");
      } else if (command.has("subscribe")) {
        synchronized (FaultyServer.this) {
          send(subscribed(this, command.get("subscribe"), id));
        }
      } else if (command.has("unsubscribe")) {
        clients.remove(this);
        send("{\"id\":" + id + ",\"unsubscribe\":{}}");
      }
    }

    void joins(String to, int at) {
      channel = to;
      newInTheMiddle = at > 0;
    }

    /// Once.
    boolean isNewInTheMiddle() {
      boolean was = newInTheMiddle;
      newInTheMiddle = false;
      return was;
    }

    void push(int n, int offset) {
      String data = publication(n).replace("\"offset\":" + (n + 1), "\"offset\":" + offset);
      send("{\"push\":{\"channel\":\"" + channel + "\",\"pub\":" + data + "}}");
    }

    private synchronized void send(String text) {
      byte[] payload = text.getBytes(StandardCharsets.UTF_8);
      try {
        OutputStream out = socket.getOutputStream();
        byte[] header =
            payload.length < BIG_FRAME
                ? new byte[] {(byte) TEXT, (byte) payload.length}
                : new byte[] {
                  (byte) TEXT, (byte) BIG_FRAME, (byte) (payload.length >> 8), (byte) payload.length
                };
        out.write(header);
        out.write(payload);
      } catch (IOException e) {
        clients.remove(this);
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Client client : clients) {
      client.socket.close();
    }
  }
}
