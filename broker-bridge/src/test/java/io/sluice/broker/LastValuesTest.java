package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.apache.kafka.common.Uuid;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class LastValuesTest {
  private static final byte[] NO_HEADERS = new byte[0];
  private static final byte[] LARGE = "1".repeat(600_000).getBytes(StandardCharsets.UTF_8);

  private final AtomicInteger dropped = new AtomicInteger();
  private final List<Long> bad = new ArrayList<>();
  private long next;

  private static TopicBinding binding(Tombstones tombstones) {
    return binding(PayloadKind.JSON, tombstones);
  }

  private static TopicBinding binding(PayloadKind payload, Tombstones tombstones) {
    return new TopicBinding(
        "default",
        "t",
        KeyCodec.TEXT,
        Partitioner.MURMUR2,
        payload,
        Optional.empty(),
        tombstones,
        Mode.STATE,
        false,
        Isolation.READ_COMMITTED);
  }

  private Window window(ByteSize lastValues) {
    return window(binding(Tombstones.SKIP), lastValues, true);
  }

  private Window window(TopicBinding binding, ByteSize lastValues, boolean fromTheStart) {
    return new Window(
        binding,
        new Epoch(Uuid.ZERO_UUID, 0, 1, 0),
        0,
        ByteSize.mib(1),
        Optional.of(new LastValues(lastValues, fromTheStart, dropped::incrementAndGet)),
        (_, offset, _, _, _, _) -> bad.add(offset));
  }

  private void write(WindowWriter writer, String key, String value) {
    writer.append(key, next++, 7, NO_HEADERS, value.getBytes(StandardCharsets.UTF_8));
    writer.publish(next);
  }

  private void delete(WindowWriter writer, String key) {
    writer.appendTombstone(key, next++, 7, NO_HEADERS);
    writer.publish(next);
  }

  /// Whatever was in the window leaves it.
  private void pushOut(WindowWriter writer) {
    for (int i = 0; i < 4; i++) {
      writer.append("filler", next++, 7, NO_HEADERS, LARGE);
    }
    writer.publish(next);
  }

  private static String value(Newest newest) {
    return switch (newest) {
      case Newest.Value(Publication p) ->
          new String(p.data().orElseThrow(), StandardCharsets.UTF_8) + "@" + p.offset();
      case Newest.None _, Newest.Unknown _ -> newest.toString();
    };
  }

  @Test
  void theNewestValueOutlivesItsRecord() {
    Window window = window(ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");
    KeptHeaders headers = new KeptHeaders(java.util.Map.of("k", "v"), "ann", "");
    writer.append("a", next++, 9, headers.encode(), "2".getBytes(StandardCharsets.UTF_8));
    writer.publish(next);
    assertThat(value(window.newest("a"))).isEqualTo("2@2");

    pushOut(writer);

    assertThat(window.has("a")).isFalse();
    assertThat(value(window.newest("a"))).isEqualTo("2@2");
    Publication kept = window.newest("a").found().orElseThrow();
    assertThat(kept.key()).isEqualTo("a");
    assertThat(kept.time()).isEqualTo(9);
    assertThat(kept.headers()).isEqualTo(headers);
    assertThat(window.lastValuesBytes()).isPositive();
  }

  @Test
  void aValueIsHeldOnceInTheWindowOrBeside() {
    Window window = window(ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");
    pushOut(writer);
    assertThat(window.lastValuesBytes()).isPositive();

    write(writer, "a", "2");

    assertThat(window.lastValuesBytes()).isZero();
    assertThat(value(window.newest("a"))).startsWith("2@");
  }

  @Test
  void aChannelThatNeverHadAValueHasNone() {
    Window window = window(ByteSize.mib(1));
    pushOut(window.takeOver());
    assertThat(window.newest("a")).isEqualTo(new Newest.None(window.floor()));
  }

  @ParameterizedTest
  @EnumSource(Tombstones.class)
  void aTombstoneEmptiesTheChannelWhetherItIsDeliveredOrNot(Tombstones tombstones) {
    Window window = window(binding(tombstones), ByteSize.mib(1), true);
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");
    pushOut(writer);
    long at = next;
    delete(writer, "a");
    assertThat(window.newest("a")).isEqualTo(new Newest.None(at + 1));

    pushOut(writer);

    assertThat(window.newest("a")).isEqualTo(new Newest.None(window.floor()));
    assertThat(window.lastValuesBytes()).isZero();
  }

  @Test
  void whatIsNotOfThePayloadKindIsNoValueAndIsReportedWhenSomebodyAsks() {
    Window window = window(ByteSize.mib(1));
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");
    write(writer, "a", "{broken");
    pushOut(writer);
    assertThat(bad).isEmpty();

    assertThat(window.newest("a")).isEqualTo(new Newest.None(2));
    assertThat(window.newest("a")).isEqualTo(new Newest.None(2));
    assertThat(bad).containsExactly(1L);
  }

  @Test
  void beyondTheBoundTheLeastRecentlyWrittenGoAndNothingIsCertainOfThem() {
    Window window = window(ByteSize.kib(4));
    WindowWriter writer = window.takeOver();
    for (int i = 0; i < 40; i++) {
      write(writer, "c" + i, "\"" + "x".repeat(100) + "\"");
    }
    write(writer, "c0", "0");
    pushOut(writer);

    assertThat(window.lastValuesBytes()).isBetween(2_000L, 4_096L);
    assertThat(dropped.get()).isBetween(20, 39);
    assertThat(value(window.newest("c0"))).startsWith("0@");
    assertThat(window.newest("c39")).isInstanceOf(Newest.Value.class);
    assertThat(window.newest("c1")).isEqualTo(new Newest.Unknown(Optional.empty(), window.floor()));
    assertThat(window.newest("never"))
        .as("may have been dropped as well")
        .isInstanceOf(Newest.Unknown.class);
  }

  @Test
  void aValueThatIsLargerThanTheBoundCostsNoOther() {
    Window window = window(ByteSize.kib(4));
    WindowWriter writer = window.takeOver();
    write(writer, "small", "1");
    write(writer, "large", "\"" + "x".repeat(5_000) + "\"");
    pushOut(writer);

    assertThat(value(window.newest("small"))).isEqualTo("1@1");
    assertThat(window.newest("large")).isInstanceOf(Newest.Unknown.class);
    assertThat(dropped).hasValue(1);
  }

  @Test
  void aLogThatWasNotReadFromItsStartMayHoldMore() {
    Window window = window(binding(Tombstones.SKIP), ByteSize.mib(1), false);
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");
    pushOut(writer);

    assertThat(window.newest("a")).isInstanceOf(Newest.Value.class);
    assertThat(window.newest("b")).isInstanceOf(Newest.Unknown.class);
  }

  @Test
  void nothingIsCertainBeforeTheLogIsReadToItsEnd() {
    Window window = window(ByteSize.mib(1));
    window.certainFrom(2);
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");

    assertThat(window.newest("a"))
        .isInstanceOfSatisfying(
            Newest.Unknown.class,
            seen -> {
              assertThat(seen.found().orElseThrow().offset()).isEqualTo(1);
              assertThat(seen.since()).isEqualTo(Long.MAX_VALUE);
            });
    assertThat(window.newest("b")).isEqualTo(new Newest.Unknown(Optional.empty(), Long.MAX_VALUE));

    write(writer, "b", "2");
    assertThat(value(window.newest("a"))).isEqualTo("1@1");
  }

  @Test
  void aWindowThatKeepsNothingSaysSo() {
    Window window =
        new Window(
            TopicBinding.of("default", "t"),
            new Epoch(Uuid.ZERO_UUID, 0, 1, 0),
            0,
            ByteSize.mib(2),
            (_, _, _, _, _, _) -> {});
    WindowWriter writer = window.takeOver();
    write(writer, "a", "1");
    assertThat(value(window.newest("a"))).isEqualTo("1@1");
    pushOut(writer);
    assertThat(window.newest("a")).isInstanceOf(Newest.Unknown.class);
  }

  /// Eviction, and a new record, between a reader's look into the window and its look beside it:
  /// there is no moment without a value, and none with one that was replaced before it looked.
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void aReaderAlwaysFindsTheNewestValueInOneOrTheOther(long seed) throws Exception {
    int channels = 40;
    Window window = window(binding(PayloadKind.BINARY, Tombstones.SKIP), ByteSize.mib(64), true);
    WindowWriter writer = window.takeOver();
    AtomicLongArray written = new AtomicLongArray(channels);
    for (int i = 0; i < channels; i++) {
      write(writer, "c" + i, "0");
      written.set(i, next);
    }
    AtomicBoolean done = new AtomicBoolean();
    List<String> faults = new CopyOnWriteArrayList<>();
    List<Thread> readers = new ArrayList<>();
    for (int r = 0; r < 2; r++) {
      Random random = new Random(seed * 10 + r);
      readers.add(
          Thread.ofPlatform()
              .start(() -> {
                while (!done.get() && faults.size() < 10) {
                  int i = random.nextInt(channels);
                  long least = written.get(i);
                  Newest newest = window.newest("c" + i);
                  if (newest.found().map(Publication::offset).orElse(-1L) < least) {
                    faults.add("at least " + least + " but " + newest);
                  }
                }
              }));
    }
    Random random = new Random(seed);
    for (int n = 0; n < 8_000; n++) {
      int i = random.nextInt(random.nextInt(channels) + 1); // some are quiet
      write(writer, "c" + i, "1".repeat(1 + random.nextInt(40_000)));
      written.set(i, next);
    }
    done.set(true);
    for (Thread reader : readers) {
      reader.join();
    }

    assertThat(faults).isEmpty();
    assertThat(window.floor()).isPositive();
  }
}
