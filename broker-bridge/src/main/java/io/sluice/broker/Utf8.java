package io.sluice.broker;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// Strict UTF-8: overlong forms, surrogates and cut-off sequences are faults. Pure.
final class Utf8 {
  private Utf8() {}

  /// Whether these bytes are well-formed; needs no memory in proportion to their number.
  static boolean wellFormed(byte[] buf, int off, int len) {
    CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder();
    ByteBuffer in = ByteBuffer.wrap(buf, off, len);
    CharBuffer out = CharBuffer.allocate(Math.clamp(len, 2, 4096));
    CoderResult result;
    do {
      out.clear();
      result = decoder.decode(in, out, true);
    } while (result.isOverflow());
    return result.isUnderflow();
  }

  /// The text, or nothing when the bytes are malformed.
  static Optional<String> decode(byte[] bytes) {
    // The quick way for nearly all of them; only bytes that decode to U+FFFD may be malformed.
    String text = new String(bytes, StandardCharsets.UTF_8);
    return text.indexOf('\uFFFD') < 0 || wellFormed(bytes, 0, bytes.length)
        ? Optional.of(text)
        : Optional.empty();
  }

  /// The bytes, or nothing when the text holds a lone surrogate.
  static Optional<byte[]> encode(String text) {
    try {
      ByteBuffer out = StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(text));
      byte[] bytes = new byte[out.remaining()];
      out.get(bytes);
      return Optional.of(bytes);
    } catch (CharacterCodingException _) {
      return Optional.empty();
    }
  }
}
