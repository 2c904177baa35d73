package io.sluice.broker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/// How a namespace's record keys become the key part of a channel, and back.
public enum KeyCodec {
  /// Strict UTF-8.
  TEXT {
    @Override
    public Optional<String> decode(byte[] key) {
      try {
        return Optional.of(
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
      } catch (CharacterCodingException _) {
        return Optional.empty();
      }
    }

    @Override
    public Optional<byte[]> encode(String key) {
      try {
        ByteBuffer out = StandardCharsets.UTF_8.newEncoder().encode(java.nio.CharBuffer.wrap(key));
        byte[] bytes = new byte[out.remaining()];
        out.get(bytes);
        return Optional.of(bytes);
      } catch (CharacterCodingException _) {
        return Optional.empty();
      }
    }
  },
  /// Eight bytes, big-endian, two's complement; a decimal number in the channel.
  LONG {
    @Override
    public Optional<String> decode(byte[] key) {
      return key.length == Long.BYTES
          ? Optional.of(Long.toString(ByteBuffer.wrap(key).getLong()))
          : Optional.empty();
    }

    @Override
    public Optional<byte[]> encode(String key) {
      try {
        long value = Long.parseLong(key);
        return Long.toString(value).equals(key)
            ? Optional.of(ByteBuffer.allocate(Long.BYTES).putLong(value).array())
            : Optional.empty();
      } catch (NumberFormatException _) {
        return Optional.empty();
      }
    }
  },
  /// Text of the form 8-4-4-4-12, as Kafka's own UUID serializer writes it; lower case in the
  /// channel.
  UUID {
    @Override
    public Optional<String> decode(byte[] key) {
      return TEXT.decode(key).filter(KeyCodec::isCanonicalUuid);
    }

    @Override
    public Optional<byte[]> encode(String key) {
      return isCanonicalUuid(key) ? TEXT.encode(key) : Optional.empty();
    }
  };

  /// The channel's key part, or nothing when these bytes are not of this kind.
  public abstract Optional<String> decode(byte[] key);

  /// The record key of a channel's key part, or nothing when there can be no such key. The inverse
  /// of [#decode].
  public abstract Optional<byte[]> encode(String key);

  private static boolean isCanonicalUuid(String text) {
    try {
      return java.util.UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
