package io.sluice.gateway.fuzz;

import io.sluice.gateway.fuzz.Peer.Speaks;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/// Sends cases that follow from a seed, over several sockets at once. A unit is what one connection
/// is sent, see [Level#perUnit]; it depends on the seed, the level and its number alone, so that it
/// can be repeated by itself.
public final class Fuzzer {
  private static final int SOCKETS = 8;

  /// Of compression, such as the node takes and such as it declines (RFC 7692 §7.1).
  private static final String[] OFFERS = {
    "permessage-deflate",
    "permessage-deflate; client_max_window_bits",
    "permessage-deflate; client_no_context_takeover; server_no_context_takeover",
    "permessage-deflate; server_max_window_bits=9; client_max_window_bits=9, permessage-deflate",
    "permessage-deflate; server_max_window_bits=10",
    "permessage-deflate; nothing=1",
    "x-unknown"
  };

  /// Bytes of a case that a report shows.
  private static final int SHOWN = 2_000;

  private final int port;
  private final long seed;
  private final Requests requests;
  private final CommandLines commands;
  private final CommandMessages messages;
  private final AtomicInteger sent = new AtomicInteger();
  private final Queue<String> faults = new ConcurrentLinkedQueue<>();
  private final AtomicReferenceArray<String> underWay = new AtomicReferenceArray<>(SOCKETS);

  /// @param port the node's
  /// @param goodTokens for connects
  /// @param badTokens for connects, too
  public Fuzzer(int port, long seed, List<String> goodTokens, List<String> badTokens) {
    this.port = port;
    this.seed = seed;
    this.requests = new Requests(goodTokens.getFirst());
    this.commands = new CommandLines(goodTokens, badTokens);
    this.messages = new CommandMessages(goodTokens, badTokens);
  }

  /// What the node did wrong: the seed, the unit and its bytes.
  public List<String> faults() {
    return List.copyOf(faults);
  }

  /// What is being sent now, to be printed beside an error of the node.
  public String underWay() {
    return underWay.toString();
  }

  /// How many cases have been sent.
  public int sent() {
    return sent.get();
  }

  /// Sends cases until all are sent, or the time is over, which is a fault.
  ///
  /// @param firstUnit 0, or the number in a report
  /// @param cases how many at least
  /// @param every time between two cases; zero = as fast as it goes
  public void run(Level level, int firstUnit, int cases, Duration every, Duration limit)
      throws InterruptedException {
    int end = firstUnit + Math.ceilDiv(cases, level.perUnit());
    AtomicInteger next = new AtomicInteger(firstUnit);
    CountDownLatch done = new CountDownLatch(SOCKETS);
    long began = System.nanoTime();
    long stepNanos = every.toNanos() * level.perUnit();
    for (int worker = 0; worker < SOCKETS; worker++) {
      int own = worker;
      Thread.ofPlatform()
          .daemon()
          .name("fuzz-" + own)
          .start(() -> {
            for (int unit = next.getAndIncrement(); unit < end; unit = next.getAndIncrement()) {
              pace(began + (unit - firstUnit) * stepNanos);
              unit(level, unit, own);
            }
            done.countDown();
          });
    }
    if (!done.await(limit.toMillis(), TimeUnit.MILLISECONDS)) {
      faults.add("not done in " + limit + ": " + underWay);
    }
  }

  private static void pace(long dueNanos) {
    long left = dueNanos - System.nanoTime();
    while (left > 0) {
      java.util.concurrent.locks.LockSupport.parkNanos(left);
      left = dueNanos - System.nanoTime();
    }
  }

  private void unit(Level level, int unit, int worker) {
    Chance chance = new Chance(seed, level, unit);
    Run run = new Run(level, unit, worker, chance);
    try {
      switch (level) {
        case BYTES -> run.request();
        case FRAMES -> run.frames();
        case COMMANDS -> run.commands();
      }
    } catch (ConnectException | SocketTimeoutException e) {
      fault(run, e.toString());
    } catch (IOException _) {
      // the node closed before it had read everything, as it may
    } catch (Peer.ServerFault e) {
      fault(run, String.valueOf(e.getMessage()));
    } catch (RuntimeException e) {
      fault(run, "the fuzzer: " + e);
    }
    underWay.set(worker, "");
  }

  private void fault(Run run, String what) {
    if (faults.size() < 20) {
      faults.add(what + " at " + run.describe());
    }
  }

  /// One unit.
  private final class Run {
    private final Level level;
    private final int unit;
    private final int worker;
    private final Chance chance;
    private byte[] last = {};

    Run(Level level, int unit, int worker, Chance chance) {
      this.level = level;
      this.unit = unit;
      this.worker = worker;
      this.chance = chance;
    }

    String describe() {
      byte[] shown = java.util.Arrays.copyOf(last, Math.min(last.length, SHOWN));
      return "-Dfuzz.seed=%d -Dfuzz.level=%s -Dfuzz.unit=%d, %d bytes: %s"
          .formatted(seed, level, unit, last.length, HexFormat.of().formatHex(shown));
    }

    private Peer open() throws IOException {
      return new Peer(port, 1 + (unit & 0x3f));
    }

    private void note(byte[] bytes) {
      last = bytes;
      sent.incrementAndGet();
      underWay.set(worker, level + " " + unit);
    }

    void request() throws IOException {
      byte[] bytes = requests.next(chance);
      int cut = chance.oneIn(3) ? chance.below(bytes.length) : 0;
      note(bytes);
      try (Peer peer = open()) {
        peer.write(java.util.Arrays.copyOfRange(bytes, 0, cut));
        peer.write(java.util.Arrays.copyOfRange(bytes, cut, bytes.length));
        leave(peer);
      }
    }

    private void leave(Peer peer) throws IOException {
      switch (chance.below(10)) {
        case 0 -> peer.reset();
        case 1 -> peer.close();
        default -> peer.finish();
      }
    }

    void frames() throws IOException {
      String path =
          chance.of(
              "/connection/echo",
              "/connection/websocket",
              "/connection/websocket?cf_protocol=protobuf",
              "/connection/uni_websocket?channels=a&token=" + requests.token());
      Peer peer = upgraded(path);
      try {
        for (int i = 0; i < level.perUnit(); i++) {
          ClientFrames.Piece piece = ClientFrames.next(peer.deflates(), chance);
          note(piece.bytes());
          if (!survives(peer, piece, i)) {
            leave(peer);
            peer.close();
            peer = upgraded(path);
          }
        }
        leave(peer);
      } finally {
        peer.close();
      }
    }

    private boolean survives(Peer peer, ClientFrames.Piece piece, int number) {
      try {
        peer.write(piece.bytes());
      } catch (IOException _) {
        return false;
      }
      return piece.whole() && peer.alive(number, Speaks.ANYTHING);
    }

    private Peer upgraded(String path) throws IOException {
      Peer peer = open();
      try {
        String request =
            chance.oneIn(3)
                ? Requests.handshake(path, "Sec-WebSocket-Extensions: " + chance.of(OFFERS))
                : Requests.handshake(path);
        peer.write(request.getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        String head = peer.head();
        if (!head.startsWith("HTTP/1.1 101")) {
          throw new Peer.ServerFault("no upgrade of " + path + ": " + head);
        }
        return peer;
      } catch (IOException | RuntimeException e) {
        peer.close();
        throw e;
      }
    }

    void commands() throws IOException {
      Speaks speaks = chance.oneIn(4) ? Speaks.PROTOBUF : Speaks.JSON;
      Peer peer = connected(speaks);
      try {
        for (int i = 0; i < level.perUnit(); i++) {
          byte[] bytes = command(speaks, peer.deflates());
          note(bytes);
          if (!survives(peer, bytes, speaks, i)) {
            leave(peer);
            peer.close();
            peer = connected(speaks);
          }
        }
        leave(peer);
      } finally {
        peer.close();
      }
    }

    private byte[] command(Speaks speaks, boolean mayDeflate) {
      boolean deflate = mayDeflate && chance.oneIn(2);
      if (speaks == Speaks.PROTOBUF) {
        byte[] next = messages.next(chance);
        return deflate
            ? ClientFrames.deflatedBinary(next, chance)
            : ClientFrames.binary(next, chance);
      }
      byte[] next = commands.next(chance);
      return deflate ? ClientFrames.deflatedText(next, chance) : ClientFrames.text(next, chance);
    }

    private boolean survives(Peer peer, byte[] bytes, Speaks speaks, int number) {
      try {
        peer.write(bytes);
      } catch (IOException _) {
        return false;
      }
      return peer.alive(number, speaks);
    }

    /// Mostly with a good connect as its first command.
    private Peer connected(Speaks speaks) throws IOException {
      boolean binary = speaks == Speaks.PROTOBUF;
      Peer peer = upgraded("/connection/websocket" + (binary ? "?format=protobuf" : ""));
      if (!chance.oneIn(8)) {
        peer.write(
            binary
                ? ClientFrames.binary(messages.connect(chance), chance)
                : ClientFrames.text(
                    commands.connect(chance).getBytes(java.nio.charset.StandardCharsets.UTF_8),
                    chance));
        if (chance.oneIn(2)) {
          peer.alive(-1, speaks); // else what follows is pipelined
        }
      }
      return peer;
    }
  }
}
