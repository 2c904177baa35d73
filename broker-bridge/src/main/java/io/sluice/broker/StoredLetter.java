package io.sluice.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;

/// A dead letter as it stands in Kafka, without key and value of its record.
///
/// @param place the record's
/// @param detail for people
/// @param namespace that the topic was bound to
/// @param time the record's timestamp
/// @param keySize bytes; 0 without a key
/// @param valueSize bytes; 0 without a value
/// @param print tells the record from another one at the same place
public record StoredLetter(
    RecordPlace place,
    DeadLetterReason reason,
    String detail,
    String namespace,
    Instant time,
    int keySize,
    int valueSize,
    RecordPrint print) {
  /// Characters of a detail that are kept; ours are shorter.
  private static final int LONGEST = 300;

  private static final JsonMapper JSON = new JsonMapper();

  /// Reads a letter; nothing when it is none, or of a version or reason that is not known yet.
  static Optional<StoredLetter> read(RecordPlace place, byte[] value) {
    try {
      JsonNode json = JSON.readTree(value);
      if (json.path("v").asInt() != 1) {
        return Optional.empty();
      }
      long time = json.path("timestamp").asLong();
      int size = json.path("valueSize").asInt();
      byte[] head = json.path("value").isNull() ? null : json.path("value").binaryValue();
      return DeadLetterReason.named(json.path("reason").asText())
          .map(reason ->
              new StoredLetter(
                  place,
                  reason,
                  text(json, "detail"),
                  text(json, "namespace"),
                  Instant.ofEpochMilli(time),
                  json.path("keySize").asInt(),
                  size,
                  RecordPrint.of(time, head, size)));
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  private static String text(JsonNode json, String name) {
    String text = json.path(name).asText();
    return text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }
}
