package io.sluice.broker;

import java.util.Arrays;
import java.util.Optional;

/// Makes of a window's entries what subscribers see. A payload is checked when it is first asked
/// for, and the verdict kept with the entry. For any thread.
final class EntryReader {
  private static final byte UNCHECKED = 0;
  private static final byte GOOD = 1;
  private static final byte BAD = 2;

  private final TopicBinding binding;
  private final int partition;
  private final BadPayload badPayload;

  /// @param badPayload told of each entry that is not of the binding's kind, by whatever thread
  ///   looked first
  EntryReader(TopicBinding binding, int partition, BadPayload badPayload) {
    this.binding = binding;
    this.partition = partition;
    this.badPayload = badPayload;
  }

  /// The publication; empty for a tombstone that is not delivered, and for what is not of the
  /// namespace's payload kind.
  Optional<Publication> read(Slab slab, int i) {
    int length = slab.valueLength(i);
    int headers = slab.headersLength(i);
    int start = slab.headersStart(i);
    boolean tombstone = length < 0;
    if (tombstone ? binding.tombstones() == Tombstones.SKIP : !isGood(slab, i, start + headers)) {
      return Optional.empty();
    }
    return Optional.of(
        new Publication(
            slab.channel(i).key,
            slab.offset(i) + 1,
            slab.time(i),
            binding.payload(),
            tombstone
                ? Optional.empty()
                : Optional.of(
                    Arrays.copyOfRange(slab.data, start + headers, start + headers + length)),
            KeptHeaders.decode(slab.data, start, headers)));
  }

  private boolean isGood(Slab slab, int i, int start) {
    byte known = slab.check(i);
    if (known == UNCHECKED) {
      boolean ok = PayloadCheck.ok(binding.payload(), slab.data, start, slab.valueLength(i));
      known = ok ? GOOD : BAD;
      slab.check(i, known);
      if (!ok) {
        int size = slab.valueLength(i);
        byte[] head = Arrays.copyOfRange(slab.data, start, start + Math.min(size, BadPayload.HEAD));
        badPayload.found(partition, slab.offset(i), slab.time(i), slab.channel(i).key, head, size);
      }
    }
    return known == GOOD;
  }
}
