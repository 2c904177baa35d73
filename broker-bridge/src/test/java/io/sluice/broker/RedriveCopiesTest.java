package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/// Dead letters of records that were put back: nodes with another configuration write them.
@Tag("full")
final class RedriveCopiesTest {
  /// The partitioners do not agree about it.
  private static final String KEY =
      Stream.of("a", "b", "c", "d", "e", "f", "g", "h")
          .filter(it ->
              Partitioner.MURMUR2.partition(it, RedriveLab.PARTITIONS)
                  != Partitioner.CRC32.partition(it, RedriveLab.PARTITIONS))
          .findFirst()
          .orElseThrow();

  private final RedriveLab lab = new RedriveLab();
  private final TopicBinding binding = lab.binding;
  private final TopicBinding old = with(Partitioner.CRC32);

  /// Nodes that were not told of what is mended find the copies wrong, too, while it runs and
  /// later.
  @Test
  void aCopyThatLiesWhereItBelongsIsNotPutBackThoughANodeHasWrittenALetterOfIt() throws Exception {
    rightly(KEY, "{\"n\":1}");
    rightly(KEY, "{\"n\":2}");
    lab.letters(old);
    Redrive.Outcome outcome =
        new Redrive(lab.kafka, List.of(binding), 1)
            .run(RedriveLab.ALL, lab.told::add, () -> lab.letters(old));
    assertThat(outcome.redriven()).isEqualTo(2);
    assertThat(outcome.left()).isZero();
    assertThat(lab.copies()).hasSize(2);
    lab.letters(old); // of two originals and two copies
    assertThat(lab.run(binding, RedriveLab.ALL)).isEqualTo(new Redrive.Outcome(0, 4, 0));
    assertThat(lab.copies()).hasSize(2);
    assertThat(lab.now().keySet()).allMatch(key -> key.startsWith(RedriveMark.PREFIX));
  }

  /// It was put back with a configuration that was wrong, too.
  @Test
  void aCopyThatIsStillMisplacedIsPutBackOnce() throws Exception {
    RedriveLab.produce(new ProducerRecord<>(lab.topic, third(), utf8(KEY), utf8("{}")));
    lab.letters(binding);
    assertThat(lab.run(old, RedriveLab.ALL)).isEqualTo(new Redrive.Outcome(1, 0, 0));
    lab.letters(binding);
    assertThat(lab.run(binding, RedriveLab.ALL)).isEqualTo(new Redrive.Outcome(1, 1, 0));
    assertThat(lab.copies())
        .extracting(ConsumerRecord::partition)
        .containsExactlyInAnyOrder(
            Partitioner.CRC32.partition(KEY, RedriveLab.PARTITIONS),
            Partitioner.MURMUR2.partition(KEY, RedriveLab.PARTITIONS));
    lab.letters(binding);
    lab.letters(old);
    assertThat(lab.run(binding, RedriveLab.ALL).redriven()).isZero();
    assertThat(lab.copies()).hasSize(2);
  }

  /// What was copied with all its headers by somebody else.
  @Test
  void theHeaderAloneMakesNoCopy() throws Exception {
    lab.misplaced(KEY, "{}");
    lab.letters();
    lab.run(binding, RedriveLab.ALL);
    ConsumerRecord<byte[], byte[]> copy = lab.copies().getFirst();
    RedriveLab.produce(
        new ProducerRecord<>(
            lab.topic, copy.partition(), null, copy.key(), copy.value(), copy.headers()));
    lab.letters(old);
    lab.run(binding, RedriveLab.ALL);
    assertThat(lab.copies()).hasSize(3);
  }

  private TopicBinding with(Partitioner partitioner) {
    return new TopicBinding(
        binding.namespace(),
        lab.topic,
        binding.key(),
        partitioner,
        binding.payload(),
        binding.keyless(),
        binding.tombstones(),
        binding.mode(),
        binding.lastValue(),
        binding.isolation());
  }

  /// Where neither of both partitioners looks for it.
  private static int third() {
    return RedriveLab.PARTITIONS
        - Partitioner.CRC32.partition(KEY, RedriveLab.PARTITIONS)
        - Partitioner.MURMUR2.partition(KEY, RedriveLab.PARTITIONS);
  }

  private void rightly(String key, String value) {
    RedriveLab.produce(
        new ProducerRecord<>(
            lab.topic,
            Partitioner.MURMUR2.partition(key, RedriveLab.PARTITIONS),
            utf8(key),
            utf8(value)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}
