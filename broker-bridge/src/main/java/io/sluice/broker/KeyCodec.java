package io.sluice.broker;

import java.nio.ByteBuffer;
import java.util.Optional;

/// How a namespace's record keys become the key part of a channel, and back.
public enum KeyCodec {
  /// Strict UTF-8.
  TEXT {
    @Override
    public Optional<String> decode(byte[] key) {
      return Utf8.decode(key);
    }

    @Override
    public Optional<byte[]> encode(String key) {
      return Utf8.encode(key);
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

  /// The name used in the configuration: `text`, `long`, `uuid`.
  public String configName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  private static boolean isCanonicalUuid(String text) {
    try {
      return java.util.UUID.fromString(text).toString().equals(text);
    } catch (IllegalArgumentException _) {
      return false;
    }
  }
}
