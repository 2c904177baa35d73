package io.sluice.perf.swarm;

import java.nio.charset.StandardCharsets;

/// Reads one pushed publication whose payload a [io.sluice.perf.load.Payload] made. For one thread.
final class PushReader {
  private static final byte[] PUSH = bytes("push");
  private static final byte[] CHANNEL = bytes("channel");
  private static final byte[] PUB = bytes("pub");
  private static final byte[] OFFSET = bytes("offset");
  private static final byte[] DATA = bytes("data");
  private static final byte[] NUMBER = bytes("c");
  private static final byte[] SEQUENCE = bytes("n");
  private static final byte[] SENT = bytes("t");
  private static final byte[] START = bytes("{\"push\":{");

  private final JsonCursor json = new JsonCursor();
  private boolean publication;
  private long channel;
  private long offset;
  private long sequence;
  private long sent;
  private long addressed;

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /// Reads a line.
  ///
  /// @return whether it is a publication; anything else is for somebody else
  boolean read(byte[] source, int from, int to) {
    if (!startsWithPush(source, from, to)) {
      return false;
    }
    publication = false;
    channel = -1;
    json.over(source, from, to);
    json.enter();
    while (json.nextKey()) {
      if (json.keyIs(PUSH)) {
        push();
      } else {
        json.skip();
      }
    }
    return publication;
  }

  /// Takes a publication whose parts were found by other means.
  ///
  /// @param name the channel's, ending in its number
  /// @param source holds the payload in [from, to)
  void take(String name, long at, byte[] source, int from, int to) {
    int digits = name.length();
    while (digits > 0 && Character.isDigit(name.charAt(digits - 1))) {
      digits--;
    }
    channel = digits == name.length() ? -1 : Long.parseLong(name, digits, name.length(), 10);
    offset = at;
    json.over(source, from, to);
    data();
  }

  /// Takes a payload that came by itself: it names its channel, and as there is no position, its
  /// sequence number stands for one.
  ///
  /// @param source holds it in [from, to)
  void takeBare(byte[] source, int from, int to) {
    json.over(source, from, to);
    data();
    channel = addressed;
    offset = sequence + 1;
  }

  private static boolean startsWithPush(byte[] source, int from, int to) {
    if (to - from < START.length) {
      return false;
    }
    for (int i = 0; i < START.length; i++) {
      if (source[from + i] != START[i]) {
        return false;
      }
    }
    return true;
  }

  private void push() {
    json.enter();
    while (json.nextKey()) {
      if (json.keyIs(CHANNEL)) {
        channel = json.numberInText();
      } else if (json.keyIs(PUB)) {
        publication = true;
        publication();
      } else {
        json.skip();
      }
    }
  }

  private void publication() {
    offset = 0;
    json.enter();
    while (json.nextKey()) {
      if (json.keyIs(OFFSET)) {
        offset = json.number();
      } else if (json.keyIs(DATA)) {
        data();
      } else {
        json.skip();
      }
    }
  }

  private void data() {
    sequence = -1;
    addressed = -1;
    sent = 0;
    json.enter();
    while (json.nextKey()) {
      if (json.keyIs(SEQUENCE)) {
        sequence = json.number();
      } else if (json.keyIs(NUMBER)) {
        addressed = json.number();
      } else if (json.keyIs(SENT)) {
        sent = json.number();
      } else {
        json.skip();
      }
    }
  }

  /// The number in the channel's name, -1 without a channel.
  int channel() {
    return (int) channel;
  }

  /// The number of the channel it was published to, by its payload.
  int addressed() {
    return (int) addressed;
  }

  /// Of the position after it; 0 without one.
  long offset() {
    return offset;
  }

  long sequence() {
    return sequence;
  }

  /// When it was due to be sent, see [io.sluice.perf.load.Payload].
  long sent() {
    return sent;
  }
}
