package io.sluice.gateway.edge;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicLongArray;

/// A rate for each address, in a table that does not grow: addresses are spread over so many
/// buckets that two seldom share one, by a number that nobody outside knows. For any thread.
final class AddressRates {
  /// 32 KB.
  static final int BUCKETS = 4_096;

  private final Rate rate;
  private final AtomicLongArray fullAt = new AtomicLongArray(BUCKETS);
  private final long seed = ThreadLocalRandom.current().nextLong();

  /// @param now as in [#take]
  AddressRates(Rate rate, long now) {
    this.rate = rate;
    for (int i = 0; i < BUCKETS; i++) {
      fullAt.set(i, now);
    }
  }

  /// Takes a token of an address.
  ///
  /// @param now nanoseconds on any one clock
  /// @return whether there was one
  boolean take(AddressBlock address, long now) {
    int bucket = bucket(address);
    while (true) {
      long before = fullAt.get(bucket);
      if (!rate.has(before, now)) {
        return false;
      }
      if (fullAt.compareAndSet(bucket, before, rate.take(before, now))) {
        return true;
      }
    }
  }

  private int bucket(AddressBlock address) {
    long mixed = (address.bits() ^ seed) * 0x9E37_79B9_7F4A_7C15L;
    mixed = (mixed ^ mixed >>> 29) * 0xBF58_476D_1CE4_E5B9L;
    return (int) (mixed >>> 52);
  }
}
