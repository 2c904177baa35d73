package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WindowTest {
  private static final byte[] NO_HEADERS = new byte[0];
  private static final TopicBinding BINDING = TopicBinding.of("default", "t");

  private final List<Long> bad = new ArrayList<>();

  private Window window(long start, ByteSize budget) {
    return new Window(BINDING, new Epoch(Uuid.ZERO_UUID, 0, 1, 0), start, budget, this::bad);
  }

  private void bad(int partition, long offset, long time, String key, byte[] head, int size) {
    bad.add(offset);
  }

  private static byte[] json(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static byte[] big(int bytes) {
    byte[] value = new byte[bytes];
    java.util.Arrays.fill(value, (byte) '1');
    return value;
  }

  @Test
  void aWindowThatIsForgottenHoldsNoRecordsAndTakesNone() {
    Window window = window(5, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    writer.append("a", 5, 1, NO_HEADERS, json("1"));
    writer.publish(6);
    assertThat(window.bytes()).isPositive();

    window.forget();

    assertThat(window.bytes()).isZero();
    assertThat(window.channelCount()).isZero();
    assertThat(window.floor()).isEqualTo(window.tail()).isEqualTo(6);
    assertThat(window.cursor(window.floor(), window.tail()).next()).isFalse();
    assertThat(writer.append("a", 6, 1, NO_HEADERS, json("2"))).isFalse();
  }

  @Test
  void recordsAreReadInOrderUpToTheTail() {
    Window window = window(5, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    writer.append("a", 5, 1, NO_HEADERS, json("1"));
    writer.append("b", 7, 2, NO_HEADERS, json("2"));
    assertThat(window.tail()).isEqualTo(5);
    writer.publish(9);

    WindowCursor cursor = window.cursor(5, window.tail());
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.key()).isEqualTo("a");
    assertThat(cursor.offset()).isEqualTo(5);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.key()).isEqualTo("b");
    assertThat(cursor.next()).isFalse();
    assertThat(window.tail()).isEqualTo(9);
  }

  @Test
  void noTwoWindowsHaveTheSameSerial() {
    Window window = window(0, ByteSize.mib(1));
    assertThat(window.serial()).isEqualTo(window.serial());
    assertThat(window(0, ByteSize.mib(1)).serial()).isNotEqualTo(window.serial());
  }

  @Test
  void aCursorBeginsAtTheFirstRecordAtOrAboveItsStart() {
    Window window = window(0, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    for (long offset : new long[] {0, 3, 6}) {
      writer.append("a", offset, 1, NO_HEADERS, json("1"));
    }
    writer.publish(7);

    WindowCursor cursor = window.cursor(4, 7);
    assertThat(cursor.next()).isTrue();
    assertThat(cursor.offset()).isEqualTo(6);
    assertThat(window.cursor(7, 8).next()).isFalse();
  }

  @Test
  void aChannelsRecordsAreFoundFromAnOffsetOn() {
    Window window = window(0, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < 10; i++) {
      writer.append(i % 2 == 0 ? "even" : "odd", i, 1, NO_HEADERS, json("1"));
    }
    writer.publish(10);

    assertThat(window.channel("even", 3, 10, 100)).containsExactly(4, 6, 8);
    assertThat(window.channel("even", 3, 7, 100)).containsExactly(4, 6);
    assertThat(window.channel("even", 0, 10, 2)).containsExactly(0, 2);
    assertThat(window.channel("neither", 0, 10, 2)).isEmpty();
  }

  @Test
  void whatHasNotBeenPublishedIsNotFound() {
    Window window = window(0, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    writer.append("a", 0, 1, NO_HEADERS, json("1"));
    writer.publish(1);
    writer.append("a", 1, 1, NO_HEADERS, json("2"));

    assertThat(window.channel("a", 0, window.tail(), 10)).containsExactly(0);
  }

  @Test
  void oldSlabsLeaveWholeAndTheFloorRisesToTheOldestRecordLeft() {
    Window window = window(0, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < 40; i++) {
      writer.append("c" + i % 3, i, 1, NO_HEADERS, big(100_000));
    }
    writer.publish(40);

    assertThat(window.bytes()).isLessThanOrEqualTo(ByteSize.mib(2).bytes());
    assertThat(window.floor()).isPositive();
    WindowCursor cursor = window.cursor(0, 40);
    long expected = window.floor();
    while (cursor.next()) {
      assertThat(cursor.offset()).isEqualTo(expected++);
    }
    assertThat(expected).isEqualTo(40);
    for (long offset : window.channel("c1", 0, 40, 100)) {
      assertThat(offset).isGreaterThanOrEqualTo(window.floor());
    }
  }

  @Test
  void aChannelWhoseRecordsHaveAllLeftCostsNothing() {
    Window window = window(0, ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    writer.append("once", 0, 1, NO_HEADERS, json("1"));
    for (int i = 1; i < 40; i++) {
      writer.append("busy", i, 1, NO_HEADERS, big(100_000));
    }
    writer.publish(40);

    assertThat(window.channelCount()).isEqualTo(1);
  }

  @Test
  void theBudgetHoldsForIndexesTooWhenRecordsAreTiny() {
    Window window = window(0, ByteSize.mib(8));
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < 300_000; i++) {
      writer.append("c" + i, i, 1, NO_HEADERS, json("1")); // a channel for each
    }
    writer.publish(300_000);

    assertThat(window.bytes()).isLessThanOrEqualTo(ByteSize.mib(8).bytes());
    long cheapest = Slab.HEADER + 1 + 8 + 128; // the record, its index, its channel
    assertThat(window.channelCount()).isBetween(10_000, (int) (ByteSize.mib(8).bytes() / cheapest));
  }

  @Test
  void bytesAreCountedAndGivenBackExactly() {
    Window window = window(0, ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < 20_000; i++) {
      writer.append("c" + i % 1_000, i, 1, NO_HEADERS, json("1"));
    }
    // a record that needs a slab of its own makes everything else leave
    writer.append("last", 20_000, 1, NO_HEADERS, big(2 << 20));

    assertThat(window.channelCount()).isEqualTo(1);
    assertThat(window.bytes())
        .isEqualTo(Slab.entrySize(0, 2 << 20) + 64 * 8 + new ChannelLog("last").bytes());
  }

  @Test
  void aChannelThatWasBusyLetsGoOfItsMemory() {
    ChannelLog log = new ChannelLog("a");
    for (int i = 0; i < 10_000; i++) {
      log.add(i);
    }
    long busy = log.bytes();
    for (int i = 0; i < 9_990; i++) {
      assertThat(log.dropOldest()).isTrue();
    }

    assertThat(log.bytes()).isLessThan(busy / 50);
    assertThat(log.since(9_990, 100))
        .containsExactly(9_990, 9_991, 9_992, 9_993, 9_994, 9_995, 9_996, 9_997, 9_998, 9_999);
    log.add(10_000);
    assertThat(log.since(9_999, 100)).containsExactly(9_999, 10_000);
  }

  @Test
  void everyWindowHasRoomForThreeSlabs() {
    Window window =
        new Breaks(
                new ByteSize(1),
                new LastValuesShare(ByteSize.mib(1), new BridgeMetrics(new SimpleMeterRegistry())),
                _ -> this::bad)
            .first(
                BINDING, new Breaks.Log(Uuid.ZERO_UUID, 0, 1, Lineage.WHOLE), 0, Leaderships.NONE);
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < 30; i++) {
      writer.append("a", i, 1, NO_HEADERS, big(100_000)); // ten to a slab
    }
    assertThat(window.floor()).isZero();
  }

  @Test
  void aRecordLargerThanASlabGetsItsOwn() {
    Window window = window(0, ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    writer.append("a", 0, 1, NO_HEADERS, big(3 << 20));
    writer.append("a", 1, 1, NO_HEADERS, json("1"));
    writer.publish(2);

    assertThat(window.at(1).orElseThrow().data().orElseThrow()).isEqualTo(json("1"));
    assertThat(window.floor()).isEqualTo(1);
  }

  @Test
  void aSupersededWriterIsRefused() {
    Window window = window(0, ByteSize.mib(1));
    WindowWriter old = window.takeOver();
    old.append("a", 0, 1, NO_HEADERS, json("1"));
    WindowWriter now = window.takeOver();

    assertThat(old.append("a", 1, 1, NO_HEADERS, json("2"))).isFalse();
    assertThat(old.publish(2)).isFalse();
    assertThat(window.tail()).isZero();
    assertThat(now.append("a", 1, 1, NO_HEADERS, json("2"))).isTrue();
    assertThat(now.publish(2)).isTrue();
    assertThat(window.channel("a", 0, 2, 10)).containsExactly(0, 1);
  }

  @Test
  void aRecordReadTwiceIsTakenOnce() {
    Window window = window(0, ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    assertThat(writer.append("a", 0, 1, NO_HEADERS, json("1"))).isTrue();
    assertThat(writer.append("a", 0, 1, NO_HEADERS, json("1"))).isFalse();
  }

  @Test
  void aPayloadOfTheWrongKindIsReportedOnceAndNotDelivered() {
    Window window = window(0, ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    writer.append("a", 0, 1, NO_HEADERS, json("{broken"));
    writer.append("a", 1, 1, NO_HEADERS, json("{}"));
    writer.publish(2);

    assertThat(window.at(0)).isEmpty();
    assertThat(window.at(0)).isEmpty();
    assertThat(window.at(1)).isPresent();
    assertThat(bad).containsExactly(0L);
  }

  @Test
  void aTombstoneIsSkippedOrDeliveredAsTheNamespaceSays() {
    for (Tombstones tombstones : Tombstones.values()) {
      TopicBinding binding =
          new TopicBinding(
              "default",
              "t",
              KeyCodec.TEXT,
              Partitioner.MURMUR2,
              PayloadKind.JSON,
              java.util.Optional.empty(),
              tombstones,
              Mode.LOG,
              false,
              Isolation.READ_COMMITTED);
      Window window =
          new Window(binding, new Epoch(Uuid.ZERO_UUID, 0, 1, 0), 0, ByteSize.mib(1), this::bad);
      window.takeOver().appendTombstone("a", 0, 1, NO_HEADERS);
      assertThat(window.at(0).isPresent()).isEqualTo(tombstones == Tombstones.DELIVER);
    }
  }

  /// Eviction between two reads: whoever checks the floor after reading never takes a hole for a
  /// complete reading.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aReaderThatChecksTheFloorAfterwardsNeverMissesARecord(long seed) throws Exception {
    Window window = window(0, ByteSize.mib(2));
    WindowWriter writer = window.takeOver();
    AtomicBoolean done = new AtomicBoolean();
    AtomicLong complete = new AtomicLong();
    List<String> faults = new java.util.concurrent.CopyOnWriteArrayList<>();
    Thread reader =
        Thread.ofPlatform()
            .start(() -> {
              Random random = new Random(seed);
              while (!done.get()) {
                long tail = window.tail();
                long from = Math.max(0, tail - random.nextInt(2_000));
                long expected = from;
                WindowCursor cursor = window.cursor(from, tail);
                String fault = "";
                while (cursor.next()) {
                  if (cursor.offset() != expected) {
                    fault = "expected " + expected + " found " + cursor.offset();
                    break;
                  }
                  expected++;
                }
                if (window.floor() <= from) {
                  complete.incrementAndGet();
                  if (!fault.isEmpty() || expected != tail) {
                    faults.add(fault + " read to " + expected + " of " + tail);
                  }
                }
              }
            });
    Random random = new Random(seed);
    for (long offset = 0; offset < 60_000; offset++) {
      writer.append("c" + random.nextInt(50), offset, 1, NO_HEADERS, big(random.nextInt(2_000)));
      if (offset % 7 == 0) {
        writer.publish(offset + 1);
      }
    }
    done.set(true);
    reader.join();

    assertThat(faults).isEmpty();
    assertThat(complete.get()).isPositive();
    assertThat(window.floor()).isPositive();
  }
}
