package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class RecordRouterTest {
  private static final int COUNT = 12;
  private static final byte[] VALUE = utf8("{}");

  @Test
  void keyIsTheKeyPartOfTheChannel() {
    assertThat(route(orders(KeyCodec.TEXT), utf8("42"))).isEqualTo(new Route.Deliver("42"));
    assertThat(route(orders(KeyCodec.TEXT), utf8("a:b"))).isEqualTo(new Route.Deliver("a:b"));
    assertThat(route(orders(KeyCodec.TEXT), utf8("grüße 日本")))
        .isEqualTo(new Route.Deliver("grüße 日本"));
  }

  @Test
  void keyIsTheWholeNameInTheDefaultNamespace() {
    assertThat(route(TopicBinding.of("default", "t"), utf8("news")))
        .isEqualTo(new Route.Deliver("news"));
  }

  @Test
  void colonInADefaultKeyIsABadKey() {
    assertThat(route(TopicBinding.of("default", "t"), utf8("a:b")))
        .isEqualTo(
            new Route.Dead(DeadLetterReason.BAD_KEY, "a ':' in a key of the namespace default"));
  }

  @Test
  void longAndUuidKeysAreRead() {
    byte[] number = ByteBuffer.allocate(8).putLong(-7).array();
    assertThat(route(orders(KeyCodec.LONG), number)).isEqualTo(new Route.Deliver("-7"));
    String uuid = "f81d4fae-7dec-11d0-a765-00a0c91e6bf6";
    assertThat(route(orders(KeyCodec.UUID), utf8(uuid))).isEqualTo(new Route.Deliver(uuid));
  }

  @Test
  void undecodableKeyIsABadKey() {
    assertThat(route(orders(KeyCodec.TEXT), new byte[] {(byte) 0xc3, 0x28}))
        .isEqualTo(new Route.Dead(DeadLetterReason.BAD_KEY, "a key of 2 bytes is no text key"));
    assertThat(reason(route(orders(KeyCodec.LONG), utf8("42"))))
        .isEqualTo(DeadLetterReason.BAD_KEY);
    assertThat(reason(route(orders(KeyCodec.UUID), utf8("F81D4FAE-7DEC-11D0-A765-00A0C91E6BF6"))))
        .isEqualTo(DeadLetterReason.BAD_KEY);
  }

  @Test
  void replacementCharacterInAKeyIsALegalCharacter() {
    assertThat(route(orders(KeyCodec.TEXT), utf8("a\uFFFDb")))
        .isEqualTo(new Route.Deliver("a\uFFFDb"));
  }

  @ParameterizedTest
  @EnumSource(KeyCodec.class)
  void emptyKeyIsABadKey(KeyCodec codec) {
    assertThat(reason(route(orders(codec), new byte[0]))).isEqualTo(DeadLetterReason.BAD_KEY);
  }

  @Test
  void fullChannelNameIsWhatTheLengthLimitCounts() {
    RecordRouter router = new RecordRouter(orders(KeyCodec.TEXT), 10);
    assertThat(router.route(record(orders(KeyCodec.TEXT), utf8("123")), COUNT))
        .isEqualTo(new Route.Deliver("123"));
    assertThat(router.route(record(orders(KeyCodec.TEXT), utf8("1234")), COUNT))
        .isEqualTo(new Route.Dead(DeadLetterReason.BAD_KEY, "a key of 4 characters, at most 3"));
    TopicBinding bare = TopicBinding.of("default", "t");
    assertThat(new RecordRouter(bare, 4).route(record(bare, utf8("news")), COUNT))
        .isEqualTo(new Route.Deliver("news"));
  }

  @Test
  void recordInAnotherPartitionThanItsKeysIsMisplaced() {
    TopicBinding binding = orders(KeyCodec.TEXT);
    int due = Partitioner.MURMUR2.partition("42", COUNT);
    int wrong = (due + 1) % COUNT;
    Route route = router(binding).route(record(wrong, utf8("42"), VALUE), COUNT);
    assertThat(route)
        .isEqualTo(
            new Route.Dead(
                DeadLetterReason.MISPLACED,
                "in partition %d, but murmur2 over 12 partitions puts its key into %d"
                    .formatted(wrong, due)));
  }

  @Test
  void partitionCountOfTheMomentDecides() {
    TopicBinding binding = orders(KeyCodec.TEXT);
    int under1000 = Partitioner.MURMUR2.partition("news", 1000);
    assertThat(under1000).isNotEqualTo(Partitioner.MURMUR2.partition("news", COUNT));
    ConsumerRecord<byte[], byte[]> record = record(under1000, utf8("news"), VALUE);
    assertThat(router(binding).route(record, 1000)).isEqualTo(new Route.Deliver("news"));
    assertThat(reason(router(binding).route(record, COUNT))).isEqualTo(DeadLetterReason.MISPLACED);
  }

  @Test
  void namespacesPartitionerDecidesWhatIsMisplaced() {
    TopicBinding crc = with(orders(KeyCodec.TEXT), Partitioner.CRC32, Optional.empty());
    int partition = Partitioner.CRC32.partition("user-17", COUNT);
    assertThat(partition).isNotEqualTo(Partitioner.MURMUR2.partition("user-17", COUNT));
    ConsumerRecord<byte[], byte[]> record = record(partition, utf8("user-17"), VALUE);
    assertThat(router(crc).route(record, COUNT)).isEqualTo(new Route.Deliver("user-17"));
    assertThat(reason(router(orders(KeyCodec.TEXT)).route(record, COUNT)))
        .isEqualTo(DeadLetterReason.MISPLACED);
  }

  @Test
  void nullValueIsATombstoneOfItsChannel() {
    TopicBinding binding = orders(KeyCodec.TEXT);
    int partition = Partitioner.MURMUR2.partition("42", COUNT);
    assertThat(router(binding).route(record(partition, utf8("42"), null), COUNT))
        .isEqualTo(new Route.Tombstone("42"));
  }

  @Test
  void emptyValueIsNoTombstone() {
    TopicBinding binding = orders(KeyCodec.TEXT);
    int partition = Partitioner.MURMUR2.partition("42", COUNT);
    assertThat(router(binding).route(record(partition, utf8("42"), new byte[0]), COUNT))
        .isEqualTo(new Route.Deliver("42"));
  }

  @Test
  void misplacedTombstoneIsMisplaced() {
    TopicBinding binding = orders(KeyCodec.TEXT);
    int wrong = (Partitioner.MURMUR2.partition("42", COUNT) + 1) % COUNT;
    assertThat(reason(router(binding).route(record(wrong, utf8("42"), null), COUNT)))
        .isEqualTo(DeadLetterReason.MISPLACED);
  }

  @Test
  void recordWithoutKeyGoesToTheKeylessChannelWhereverItLies() {
    TopicBinding binding =
        with(orders(KeyCodec.TEXT), Partitioner.MURMUR2, Optional.of("everything"));
    for (int partition = 0; partition < COUNT; partition++) {
      assertThat(router(binding).route(record(partition, null, VALUE), COUNT))
          .isEqualTo(new Route.Keyless("everything"));
    }
  }

  @Test
  void recordWithoutKeyIsADeadLetterWhereNoChannelIsNamed() {
    assertThat(route(orders(KeyCodec.TEXT), null))
        .isEqualTo(new Route.Dead(DeadLetterReason.NO_KEY, "the record has no key"));
  }

  @Test
  void keylessChannelThatCannotExistIsRefusedAtOnce() {
    TopicBinding colon =
        with(TopicBinding.of("default", "t"), Partitioner.MURMUR2, Optional.of("a:b"));
    assertThatThrownBy(() -> router(colon))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("namespaces.default.keyless")
        .hasMessageContaining("a:b");
    TopicBinding number = with(orders(KeyCodec.LONG), Partitioner.MURMUR2, Optional.of("news"));
    assertThatThrownBy(() -> router(number)).hasMessageContaining("'news' is no long key");
  }

  @ParameterizedTest
  @EnumSource(DeadLetterReason.class)
  void everyReasonNamesTheLineToChange(DeadLetterReason reason) {
    assertThat(reason.fix(orders(KeyCodec.TEXT))).contains("namespaces.orders.");
    assertThat(reason.wireName()).matches("[a-z]+-?[a-z]+");
  }

  private static DeadLetterReason reason(Route route) {
    return ((Route.Dead) route).reason();
  }

  private static Route route(TopicBinding binding, byte @Nullable [] key) {
    return router(binding).route(record(binding, key), COUNT);
  }

  private static RecordRouter router(TopicBinding binding) {
    return new RecordRouter(binding, 255);
  }

  private static TopicBinding orders(KeyCodec codec) {
    TopicBinding b = TopicBinding.of("orders", "orders");
    return new TopicBinding(
        b.namespace(),
        b.topic(),
        codec,
        b.partitioner(),
        b.payload(),
        b.keyless(),
        b.tombstones(),
        b.mode(),
        b.lastValue(),
        b.isolation());
  }

  private static TopicBinding with(
      TopicBinding b, Partitioner partitioner, Optional<String> keyless) {
    return new TopicBinding(
        b.namespace(),
        b.topic(),
        b.key(),
        partitioner,
        b.payload(),
        keyless,
        b.tombstones(),
        b.mode(),
        b.lastValue(),
        b.isolation());
  }

  private static ConsumerRecord<byte[], byte[]> record(
      TopicBinding binding, byte @Nullable [] key) {
    return record(key == null ? 0 : binding.partitioner().partition(key, COUNT), key, VALUE);
  }

  @SuppressWarnings("NullAway") // Kafka's own null: no key, or a tombstone
  private static ConsumerRecord<byte[], byte[]> record(
      int partition, byte @Nullable [] key, byte @Nullable [] value) {
    return new ConsumerRecord<>("orders", partition, 7, key, value);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
