package io.sluice.perf.load;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// What the swarm's publications carry: `{"c":17,"n":123,"t":…,"p":"xxx…"}`, channel, sequence
/// number, and the moment it was due to be sent, filled up to a size. The moment is
/// [System#nanoTime()], which on one machine means the same in every process on the systems this
/// runs on: the time since boot.
///
/// @param bytes in all; publications whose numbers need more are longer
public record Payload(int bytes) {
  public Payload {
    if (bytes < 0 || bytes > 1 << 20) {
      throw new IllegalArgumentException("a payload has up to 1 MiB: " + bytes);
    }
  }

  /// JSON.
  byte[] of(int channel, long sequence, long dueNs) {
    String text = "{\"c\":" + channel + ",\"n\":" + sequence + ",\"t\":" + dueNs + ",\"p\":\"";
    byte[] start = text.getBytes(StandardCharsets.US_ASCII);
    byte[] all = Arrays.copyOf(start, Math.max(bytes, start.length + 2));
    Arrays.fill(all, start.length, all.length - 2, (byte) 'x');
    all[all.length - 2] = '"';
    all[all.length - 1] = '}';
    return all;
  }
}
