package io.sluice.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/// One record of the ledger: `log/TOPIC-ID/PARTITION`, `topic/TOPIC-ID` or `revoked/USER` as key,
/// JSON as value. Nodes of a rolling update differ in version, so unknown keys and fields are
/// passed over.
sealed interface LedgerRecord {
  /// Of one partition's log.
  record Log(Uuid topic, int partition, LogEntry entry) implements LedgerRecord {}

  /// How many partitions a topic has and had.
  record Counts(Uuid topic, PartitionCounts counts) implements LedgerRecord {}

  /// A user's tokens were revoked.
  record Revoked(Revocation revocation) implements LedgerRecord {}

  /// A revocation has ended: a record without a value.
  record RevokedNoMore(String user) implements LedgerRecord {}

  /// A record of a kind this version does not know, or one that was taken back.
  record Unknown() implements LedgerRecord {}

  /// No record of the ledger.
  record Unreadable(String why) implements LedgerRecord {}

  /// The version written. A reader understands the one before, and takes the fields it knows from
  /// later ones.
  int VERSION = 1;

  /// The longest value read.
  int MAX_BYTES = 64 << 10;

  /// What the keys of revocations begin with.
  String REVOKED = "revoked/";

  /// The key of a record.
  default byte[] key() {
    return switch (this) {
      case Log(Uuid topic, int partition, LogEntry _) -> utf8("log/" + topic + "/" + partition);
      case Counts(Uuid topic, PartitionCounts _) -> utf8("topic/" + topic);
      case Revoked(Revocation revocation) -> utf8(REVOKED + revocation.user());
      case RevokedNoMore(String user) -> utf8(REVOKED + user);
      case Unknown _, Unreadable _ -> throw new IllegalStateException("never written: " + this);
    };
  }

  /// The value of a record; none takes back what was under its key.
  default byte @Nullable [] value() {
    ObjectNode json = Json.MAPPER.createObjectNode().put("v", VERSION);
    switch (this) {
      case Log(Uuid _, int _, LogEntry entry) -> {
        json.put("next", entry.next())
            .put("leadership", entry.leadership())
            .put("first", entry.first());
        ArrayNode cuts = json.putArray("cuts");
        entry
            .lineage()
            .cuts()
            .forEach(cut -> cuts.addArray().add(cut.leadership()).add(cut.offset()));
      }
      case Counts(Uuid _, PartitionCounts counts) -> {
        ArrayNode all = json.putArray("counts");
        counts.seen().forEach(all::add);
        ArrayNode maybe = json.putArray("maybe");
        counts.guessed().forEach(maybe::add);
      }
      case Revoked(Revocation revocation) -> {
        json.put("before", revocation.issuedBefore().toEpochMilli())
            .put("until", revocation.until().toEpochMilli());
        if (revocation.forgiven().isAfter(Instant.EPOCH)) {
          json.put("forgiven", revocation.forgiven().toEpochMilli());
        }
      }
      case RevokedNoMore _ -> {
        return null;
      }
      case Unknown _, Unreadable _ -> throw new IllegalStateException("never written: " + this);
    }
    try {
      return Json.MAPPER.writeValueAsBytes(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of plain values is always JSON", e);
    }
  }

  /// Reads a record; never throws.
  static LedgerRecord read(byte @Nullable [] key, byte @Nullable [] value) {
    Optional<String> name = key == null ? Optional.empty() : Utf8.decode(key);
    if (name.isEmpty()) {
      return new Unreadable("no text as key");
    }
    if (name.get().startsWith(REVOKED)) {
      return revoked(name.get().substring(REVOKED.length()), value);
    }
    String[] parts = name.get().split("/", -1);
    boolean log = parts[0].equals("log") && parts.length == 3;
    boolean topic = parts[0].equals("topic") && parts.length == 2;
    if (value == null || (!log && !topic)) {
      return new Unknown();
    }
    if (value.length > MAX_BYTES) {
      return new Unreadable("%d bytes, at most %d".formatted(value.length, MAX_BYTES));
    }
    try {
      Uuid id = Uuid.fromString(parts[1]);
      JsonNode json = Json.MAPPER.readTree(value);
      return log
          ? new Log(id, Integer.parseInt(parts[2]), entry(json))
          : new Counts(
              id, new PartitionCounts(counts(json.path("counts")), counts(json.path("maybe"))));
    } catch (IOException | IllegalArgumentException e) {
      return new Unreadable(e.toString());
    }
  }

  private static LedgerRecord revoked(String user, byte @Nullable [] value) {
    if (user.isEmpty() || user.length() > Revocation.MAX_USER) {
      return new Unreadable("no user of 1 to " + Revocation.MAX_USER + " characters");
    }
    if (value == null) {
      return new RevokedNoMore(user);
    }
    if (value.length > MAX_BYTES) {
      return new Unreadable("%d bytes, at most %d".formatted(value.length, MAX_BYTES));
    }
    try {
      JsonNode json = Json.MAPPER.readTree(value);
      return json.path("before").isIntegralNumber() && json.path("until").isIntegralNumber()
          ? new Revoked(
              new Revocation(
                  user,
                  Instant.ofEpochMilli(json.path("before").asLong()),
                  Instant.ofEpochMilli(json.path("until").asLong()),
                  Instant.ofEpochMilli(json.path("forgiven").asLong())))
          : new Unreadable("a revocation without its times");
    } catch (IOException e) {
      return new Unreadable(e.toString());
    }
  }

  private static LogEntry entry(JsonNode json) {
    List<Cut> cuts = new ArrayList<>();
    json.path("cuts")
        .forEach(cut -> cuts.add(new Cut(cut.path(0).asInt(), cut.path(1).asLong(-1))));
    return new LogEntry(
        json.path("next").asLong(),
        json.path("leadership").asInt(-1),
        json.path("first").asLong(),
        Lineage.of(cuts));
  }

  private static NavigableSet<Integer> counts(JsonNode json) {
    TreeSet<Integer> counts = new TreeSet<>();
    json.forEach(count -> counts.add(count.asInt()));
    if (!counts.isEmpty() && counts.first() < 1) {
      throw new IllegalArgumentException("a topic of " + counts.first() + " partitions");
    }
    return counts;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /// Keeps the mapper out of the interface's own constants.
  final class Json {
    private static final JsonMapper MAPPER = new JsonMapper();

    private Json() {}
  }
}
