package io.sluice.gateway.hub;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.sluice.broker.ByteSize;
import io.sluice.broker.Position;
import io.sluice.broker.PositionVector;
import io.sluice.broker.Publication;
import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.delta.FossilDelta;
import io.sluice.gateway.protocol.DeflatedPiece;
import io.sluice.gateway.protocol.Deflation;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.DeltaData;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.JsonReplies;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.PositionTokens;
import io.sluice.gateway.protocol.Replies;
import io.sluice.gateway.protocol.WireForm;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;

/// Publications as bytes, each encoded once per wire form and shared by all loops. Bounded in
/// bytes; what has left is encoded again. Thread-safe.
final class Encodings {
  /// What stands for a record that is not delivered: not of its payload kind, or a tombstone that
  /// is skipped.
  static final byte[] NOTHING = new byte[0];

  /// The tag that says how many publications before this one were left out.
  private static final String MISSED = "sluice-missed";

  /// Bases that are no record's offset: a push without deltas, a whole one with them.
  private static final long PLAIN = -2;

  private static final long WHOLE = -1;

  private sealed interface Cached {}

  /// A push; with a patch against the record at the base's offset.
  private record Key(long window, long offset, WireForm form, Positioned positioned, long base)
      implements Cached {}

  /// A patch; [#NOTHING] when there is none that is smaller.
  private record PatchKey(long window, long offset, long base, Encoding encoding)
      implements Cached {}

  /// Makes a patch; the calling loop's own.
  interface Patching {
    /// The patch; nothing when none is smaller.
    byte[] patch(byte[] before, byte[] after, FossilDelta.Cut cut);
  }

  private final Cache<Cached, byte[]> cache;
  private final PositionTokens tokens;
  private final LongAdder deflations = new LongAdder();
  private final LongAdder patches = new LongAdder();
  private final LongAdder saved = new LongAdder();

  Encodings(ByteSize limit, PositionTokens tokens) {
    this.tokens = tokens;
    cache =
        Caffeine.newBuilder()
            .maximumWeight(limit.bytes())
            .weigher((Cached _, byte[] bytes) -> bytes.length + 64)
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
    Key key = new Key(window.serial(), cursor.offset(), form.plain(), positioned, PLAIN);
    byte[] push = cache.get(key, _ -> encode(window, cursor.publication(), form, positioned));
    return deflated(key, form, push, deflation);
  }

  /// The push for subscribers with deltas that were not sent the publication before.
  byte[] whole(
      Window window,
      WindowCursor cursor,
      WireForm form,
      Positioned positioned,
      Deflation deflation) {
    if (form.encoding() == Encoding.PROTOBUF) {
      return push(window, cursor, form, positioned, deflation); // the same bytes
    }
    Key key = new Key(window.serial(), cursor.offset(), form.plain(), positioned, WHOLE);
    return withDelta(
        key,
        window,
        cursor,
        form,
        deflation,
        p -> DeltaData.whole(form.encoding().replies().deltaPayload(p)));
  }

  /// The patch from an earlier record of the channel to this one, made now or before. Nothing when
  /// it would not be smaller, a payload is too large for one, or the earlier record has left the
  /// window.
  byte[] patch(
      Window window, WindowCursor cursor, long base, Encoding encoding, Patching patching) {
    return cache.get(
        new PatchKey(window.serial(), cursor.offset(), base, encoding),
        _ -> {
          byte[] after = payload(cursor.publication(), encoding);
          byte[] before = after.length == 0 ? NOTHING : payload(window.at(base), encoding);
          if (before.length == 0) {
            return NOTHING;
          }
          byte[] patch = patching.patch(before, after, cut(encoding));
          if (patch.length > 0) {
            patches.increment();
          }
          return patch;
        });
  }

  private static byte[] payload(Optional<Publication> publication, Encoding encoding) {
    return publication
        .filter(p -> p.data().map(data -> data.length).orElse(0) <= FossilDelta.LARGEST)
        .map(encoding.replies()::deltaPayload)
        .orElse(NOTHING);
  }

  /// In JSON a patch stands in a string.
  private static FossilDelta.Cut cut(Encoding encoding) {
    return switch (encoding) {
      case JSON -> FossilDelta.Cut.BETWEEN_CHARACTERS;
      case PROTOBUF -> FossilDelta.Cut.ANYWHERE;
    };
  }

  /// The push with a patch.
  ///
  /// @param patch from [#patch], with the same base
  byte[] patched(
      Window window,
      WindowCursor cursor,
      long base,
      WireForm form,
      Positioned positioned,
      byte[] patch,
      Deflation deflation) {
    Key key = new Key(window.serial(), cursor.offset(), form.plain(), positioned, base);
    return withDelta(key, window, cursor, form, deflation, _ -> DeltaData.patch(patch));
  }

  private byte[] withDelta(
      Key key,
      Window window,
      WindowCursor cursor,
      WireForm form,
      Deflation deflation,
      Function<Publication, DeltaData> data) {
    byte[] push =
        cache.get(
            key,
            _ ->
                cursor
                    .publication()
                    .map(p ->
                        form.encoding()
                            .replies()
                            .deltaPush(
                                key.form, channel(window, p), p, key.positioned, data.apply(p)))
                    .orElse(NOTHING));
    return deflated(key, form, push, deflation);
  }

  private byte[] deflated(Key plain, WireForm form, byte[] push, Deflation deflation) {
    if (!form.deflated() || !DeflatedPiece.pays(push)) {
      return push;
    }
    Key deflated = new Key(plain.window, plain.offset, form, plain.positioned, plain.base);
    return cache.get(
        deflated,
        _ -> {
          deflations.increment();
          return DeflatedPiece.of(push, deflation);
        });
  }

  /// A patch was sent in place of a payload that is longer by so many bytes.
  void saved(int bytes) {
    saved.add(bytes);
  }

  void clear() {
    cache.invalidateAll();
  }

  /// How many publications were compressed.
  long deflations() {
    return deflations.sum();
  }

  /// How many patches were made.
  long patches() {
    return patches.sum();
  }

  /// By how many bytes all patches that were sent are shorter than the payloads.
  long savedBytes() {
    return saved.sum();
  }

  /// The push of a publication that may have left the window, encoded for one subscriber alone and
  /// not compressed.
  byte[] alone(Window window, Publication publication, WireForm form, Positioned positioned) {
    return encode(window, Optional.of(publication), form.plain(), positioned);
  }

  private byte[] encode(
      Window window, Optional<Publication> publication, WireForm form, Positioned positioned) {
    if (publication.isEmpty()) {
      return NOTHING;
    }
    Publication p = publication.get();
    if (form.marked()) {
      Position after = new Position(window.epoch(), p.offset());
      Optional<String> token = tokens.write(PositionVector.of(List.of(after)));
      return JsonReplies.markedPush(form, channel(window, p), p, positioned, token.orElseThrow());
    }
    return form.encoding()
        .replies()
        .publicationPush(form.plain(), channel(window, p), p, positioned);
  }

  /// The push for one subscription alone that follows on publications that were left out: whole,
  /// not compressed, and with their number in a tag.
  byte[] afterMissed(long missed, Subscription to, Window window, WindowCursor cursor) {
    return cursor
        .publication()
        .map(p -> p.withTag(MISSED, Long.toString(missed)))
        .map(p -> {
          WireForm form = to.form().plain().unmarked();
          Replies replies = form.encoding().replies();
          String name = channel(window, p);
          return to.delta() == Delta.NONE
              ? replies.publicationPush(form, name, p, to.positioned())
              : replies.deltaPush(
                  form, name, p, to.positioned(), DeltaData.whole(replies.deltaPayload(p)));
        })
        .orElse(NOTHING);
  }

  private static String channel(Window window, Publication p) {
    return window.binding().channel(p.key()).toString();
  }
}
