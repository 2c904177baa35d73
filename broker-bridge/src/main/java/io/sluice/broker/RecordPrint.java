package io.sluice.broker;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/// Tells whether two records at one place are the same one: a topic may be made anew, or cut and
/// written on. A quarter of a SHA-256 hash of the timestamp, the value's size and its first 4 KB,
/// which is what a dead letter has of it. Not of the key: where only a channel is known, none may
/// stand for its key.
///
/// @param bits of the hash
public record RecordPrint(long bits) {
  static RecordPrint of(ConsumerRecord<byte[], byte[]> record) {
    return of(record.timestamp(), DeadLetter.head(record.value()), DeadLetter.size(record.value()));
  }

  /// @param head the value's first [DeadLetter#HEAD_BYTES]; null: it has none
  static RecordPrint of(long timestamp, byte @Nullable [] head, int size) {
    try {
      MessageDigest hash = MessageDigest.getInstance("SHA-256");
      hash.update(
          ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
              .putLong(timestamp)
              .putInt(head == null ? -1 : size)
              .array());
      if (head != null) {
        hash.update(head);
      }
      return new RecordPrint(ByteBuffer.wrap(hash.digest()).getLong());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /// Reads what [#toString] writes.
  ///
  /// @throws IllegalArgumentException for anything else
  static RecordPrint read(String text) {
    return new RecordPrint(HexFormat.fromHexDigitsToLong(text));
  }

  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(bits);
  }
}
