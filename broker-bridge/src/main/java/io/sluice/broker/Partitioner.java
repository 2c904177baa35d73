package io.sluice.broker;

import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;
import org.apache.kafka.common.utils.Utils;

/// How a namespace's producers choose a record's partition from its key. One channel is one
/// partition, so this must be what the producers really use.
public enum Partitioner {
  /// The Java client's default, also of franz-go and kafkajs.
  MURMUR2 {
    @Override
    public int partition(byte[] key, int count) {
      return Utils.toPositive(Utils.murmur2(key)) % count;
    }
  },
  /// The librdkafka family's default (`consistent_random`): Python, Go, .NET, Node and Rust clients
  /// of Confluent's making.
  CRC32 {
    @Override
    public int partition(byte[] key, int count) {
      CRC32 crc = new CRC32();
      crc.update(key);
      return (int) (crc.getValue() % count);
    }
  },
  /// Sarama's default hash partitioner: 32-bit FNV-1a, taken as a signed number, its remainder made
  /// positive.
  FNV1A {
    @Override
    public int partition(byte[] key, int count) {
      int hash = 0x811c9dc5;
      for (byte b : key) {
        hash = (hash ^ (b & 0xff)) * 0x01000193;
      }
      int p = hash % count;
      return p < 0 ? -p : p;
    }
  };

  /// The partition of a key.
  ///
  /// @param key the record's key as Kafka has it
  /// @param count the topic's number of partitions, at least 1
  /// @return 0 to count − 1
  public abstract int partition(byte[] key, int count);

  /// The name used in the configuration: `murmur2`, `crc32`, `fnv1a`.
  public String configName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /// The partition of a text key, as UTF-8.
  public int partition(String key, int count) {
    return partition(key.getBytes(StandardCharsets.UTF_8), count);
  }
}
