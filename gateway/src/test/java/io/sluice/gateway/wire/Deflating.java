package io.sluice.gateway.wire;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/// A client's side of RFC 7692 §7.2, without context takeover, by the JDK's zlib.
public final class Deflating {
  private Deflating() {}

  /// What a frame with RSV1 carries.
  public static byte[] payload(byte[] message) {
    try (Closing<Deflater> held =
        new Closing<>(new Deflater(Deflater.DEFAULT_COMPRESSION, true), Deflater::end)) {
      Deflater deflater = held.it();
      deflater.setInput(message);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      int n = buffer.length;
      while (n == buffer.length) {
        n = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        out.write(buffer, 0, n);
      }
      return Arrays.copyOf(out.toByteArray(), out.size() - 4);
    }
  }

  /// What it says.
  public static byte[] message(byte[] payload) throws DataFormatException {
    try (Closing<Inflater> held = new Closing<>(new Inflater(true), Inflater::end)) {
      Inflater inflater = held.it();
      byte[] whole = Arrays.copyOf(payload, payload.length + 4);
      whole[payload.length + 2] = -1;
      whole[payload.length + 3] = -1;
      inflater.setInput(whole);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      byte[] buffer = new byte[1 << 16];
      for (int n = inflater.inflate(buffer); n > 0; n = inflater.inflate(buffer)) {
        out.write(buffer, 0, n);
      }
      return out.toByteArray();
    }
  }

  private record Closing<T>(T it, java.util.function.Consumer<T> end) implements AutoCloseable {
    @Override
    public void close() {
      end.accept(it);
    }
  }
}
