package io.sluice.gateway.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.broker.ByteSize;
import io.sluice.broker.Publication;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.protocol.DeflatedPiece;
import io.sluice.gateway.protocol.Deflation;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.WireForm;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;

/// Publications as bytes, each encoded once per wire form and shared by all loops. Bounded in
/// bytes; what has left is encoded again. Thread-safe.
final class Encodings {
  /// What stands for a record that is not delivered: not of its payload kind, or a tombstone that
  /// is skipped.
  static final byte[] NOTHING = new byte[0];

  private record Key(long window, long offset, WireForm form, Positioned positioned) {}

  private final Cache<Key, byte[]> cache;
  private final LongAdder deflations = new LongAdder();

  Encodings(ByteSize limit) {
    cache =
        Caffeine.newBuilder()
            .maximumWeight(limit.bytes())
            .weigher((Key _, byte[] bytes) -> bytes.length + 64)
            .executor(Runnable::run)
            .build();
  }

  /// The push, encoded now or before; [#NOTHING] when the record is not delivered.
  ///
  /// @param deflation the calling loop's own
  byte[] push(
      Window window,
      WindowCursor cursor,
      WireForm form,
      Positioned positioned,
      Deflation deflation) {
    Key plain = new Key(window.serial(), cursor.offset(), form.plain(), positioned);
    byte[] push =
        cache.get(plain, _ -> encode(window, cursor.publication(), form.plain(), positioned));
    if (!form.deflated() || !DeflatedPiece.pays(push)) {
      return push;
    }
    Key deflated = new Key(window.serial(), cursor.offset(), form, positioned);
    return cache.get(
        deflated,
        _ -> {
          deflations.increment();
          return DeflatedPiece.of(push, deflation);
        });
  }

  /// How many publications were compressed.
  long deflations() {
    return deflations.sum();
  }

  private static byte[] encode(
      Window window, Optional<Publication> publication, WireForm form, Positioned positioned) {
    if (publication.isEmpty()) {
      return NOTHING;
    }
    Publication p = publication.get();
    String channel = window.binding().channel(p.key()).toString();
    return form.encoding().publicationPush(form, channel, p, positioned);
  }
}
