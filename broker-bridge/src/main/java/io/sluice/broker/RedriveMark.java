package io.sluice.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// Says for good that a record was put back. It stands in the dead-letter topic beside the letters,
/// under a key of its own, because any node that reads the old record again writes its letter anew.
///
/// @param topicId the topic that the record is in
/// @param print the record's
/// @param to where it was put
/// @param at when
record RedriveMark(Uuid topicId, RecordPrint print, RecordPlace to, Instant at) {
  /// Before the place, in a mark's key. No topic's name has a slash, so no letter's key is one.
  static final String PREFIX = "redriven/";

  private static final int VERSION = 1;
  private static final JsonMapper JSON = new JsonMapper();

  /// The key of the mark of a record.
  static byte[] key(RecordPlace place) {
    return (PREFIX + place).getBytes(StandardCharsets.UTF_8);
  }

  /// The mark's record's value.
  byte[] value() {
    return JSON.createObjectNode()
        .put("v", VERSION)
        .put("topicId", topicId.toString())
        .put("print", print.toString())
        .put("to", to.toString())
        .put("at", at.toString())
        .toString()
        .getBytes(StandardCharsets.UTF_8);
  }

  /// Reads one; nothing when it is none.
  static Optional<RedriveMark> read(byte[] value) {
    try {
      JsonNode json = JSON.readTree(value);
      return RecordPlace.read(json.path("to").asText())
          .map(to ->
              new RedriveMark(
                  Uuid.fromString(json.path("topicId").asText()),
                  RecordPrint.read(json.path("print").asText()),
                  to,
                  Instant.parse(json.path("at").asText())));
    } catch (IOException | IllegalArgumentException | java.time.DateTimeException _) {
      return Optional.empty();
    }
  }

  /// Whether it is of this very record.
  boolean isOf(Uuid topic, RecordPrint record) {
    return topicId.equals(topic) && print.equals(record);
  }

  /// Whether the copy was put there.
  boolean isOfCopy(Uuid topic, RecordPlace place) {
    return topicId.equals(topic) && to.equals(place);
  }
}
