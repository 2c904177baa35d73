package io.sluice.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// One record that could not be delivered. It says nothing of who found it or when, so that every
/// node writes the same letter under the same key and compaction leaves one.
///
/// @param timestamp the record's, milliseconds since 1970
/// @param key the first [#HEAD_BYTES] of the record's key; null: it has none
/// @param keySize the key's whole size, 0 without one
/// @param value the first [#HEAD_BYTES] of the record's value; null: it has none
/// @param valueSize the value's whole size, 0 without one
@SuppressWarnings("ArrayRecordComponent") // passed from one thread to the next and never compared
record DeadLetter(
    DeadLetterReason reason,
    String detail,
    String namespace,
    String topic,
    int partition,
    long offset,
    long timestamp,
    byte @Nullable [] key,
    int keySize,
    byte @Nullable [] value,
    int valueSize) {
  /// How much of a key or a value a letter holds.
  static final int HEAD_BYTES = 4 << 10;

  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  /// The letter about a record, with copies of what it keeps.
  static DeadLetter of(
      TopicBinding binding,
      ConsumerRecord<byte[], byte[]> record,
      DeadLetterReason reason,
      String detail) {
    return new DeadLetter(
        reason,
        detail,
        binding.namespace(),
        record.topic(),
        record.partition(),
        record.offset(),
        record.timestamp(),
        head(record.key()),
        size(record.key()),
        head(record.value()),
        size(record.value()));
  }

  /// The key under which it is written: `topic/partition/offset`.
  byte[] recordKey() {
    return (topic + "/" + partition + "/" + offset).getBytes(StandardCharsets.UTF_8);
  }

  /// The value: one JSON object; `key` and `value` are base64, or null.
  byte[] recordValue() {
    ObjectNode json =
        JSON.createObjectNode()
            .put("v", VERSION)
            .put("reason", reason.wireName())
            .put("detail", detail)
            .put("namespace", namespace)
            .put("topic", topic)
            .put("partition", partition)
            .put("offset", offset)
            .put("timestamp", timestamp)
            .put("key", key)
            .put("keySize", keySize)
            .put("value", value)
            .put("valueSize", valueSize);
    try {
      return JSON.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  static byte @Nullable [] head(byte @Nullable [] bytes) {
    return bytes == null ? null : Arrays.copyOf(bytes, Math.min(bytes.length, HEAD_BYTES));
  }

  static int size(byte @Nullable [] bytes) {
    return bytes == null ? 0 : bytes.length;
  }
}
