package io.sluice.broker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.common.Uuid;

/// Where a client stands in several partitions at once, in few bytes: a topic's id and number of
/// partitions once, and about six bytes for each partition. Immutable.
public final class PositionVector {
  /// What the partitions of one topic share.
  private record Topic(Uuid id, int partitions) {}

  private record At(Epoch epoch, long offset) {}

  private final List<At> all;

  private PositionVector(List<At> all) {
    this.all = all;
  }

  /// A vector of these, one for each partition.
  ///
  /// @throws IllegalArgumentException when an epoch is none that a [Window] gave
  public static PositionVector of(List<Position> positions) {
    List<At> all = new ArrayList<>(positions.size());
    for (Position position : positions) {
      Epoch epoch =
          Epoch.parse(position.epoch())
              .orElseThrow(() -> new IllegalArgumentException("no epoch: " + position.epoch()));
      all.add(new At(epoch, position.offset()));
    }
    return new PositionVector(all);
  }

  /// What it says about the partition that this epoch names, whatever happened to its log or the
  /// number of partitions since; that is judged elsewhere.
  public Optional<Position> of(String epochNow) {
    return Epoch.parse(epochNow)
        .flatMap(now ->
            all.stream()
                .filter(at ->
                    at.epoch.topic().equals(now.topic()) && at.epoch.partition() == now.partition())
                .findFirst())
        .map(at -> new Position(at.epoch.toString(), at.offset));
  }

  /// How [#parse] reads it.
  public byte[] toBytes() {
    Map<Topic, List<At>> byTopic = new LinkedHashMap<>();
    for (At at : all) {
      byTopic
          .computeIfAbsent(
              new Topic(at.epoch.topic(), at.epoch.partitions()), _ -> new ArrayList<>())
          .add(at);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(24 + 8 * all.size());
    byTopic.forEach((topic, ats) -> {
      long high = topic.id.getMostSignificantBits();
      long low = topic.id.getLeastSignificantBits();
      out.writeBytes(ByteBuffer.allocate(16).putLong(high).putLong(low).array());
      number(out, topic.partitions);
      number(out, ats.size());
      for (At at : ats) {
        number(out, at.epoch.partition());
        number(out, at.epoch.lineage());
        number(out, at.offset);
      }
    });
    return out.toByteArray();
  }

  /// Seven bits a byte, the lowest first.
  private static void number(ByteArrayOutputStream out, long value) {
    long left = value;
    while (left > 0x7f) {
      out.write((int) (left & 0x7f) | 0x80);
      left >>>= 7;
    }
    out.write((int) left);
  }

  /// Reads what [#toBytes] wrote; empty for anything else.
  public static Optional<PositionVector> parse(byte[] bytes) {
    try {
      ByteBuffer in = ByteBuffer.wrap(bytes);
      List<At> all = new ArrayList<>();
      while (in.hasRemaining()) {
        Uuid topic = new Uuid(in.getLong(), in.getLong());
        int partitions = Math.toIntExact(number(in));
        for (long n = number(in); n > 0; n--) {
          int partition = Math.toIntExact(number(in));
          int lineage = Math.toIntExact(number(in));
          all.add(new At(new Epoch(topic, partition, partitions, lineage), number(in)));
        }
      }
      return Optional.of(new PositionVector(all));
    } catch (RuntimeException _) {
      return Optional.empty(); // it ends too early, or a number is out of range
    }
  }

  private static long number(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < Long.SIZE - 1; shift += 7) {
      byte next = in.get();
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than 63 bits");
  }
}
