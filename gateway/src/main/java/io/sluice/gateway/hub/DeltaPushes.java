package io.sluice.gateway.hub;

import io.sluice.broker.Window;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.delta.FossilDelta;
import io.sluice.gateway.hub.Subscriber.Offered;
import io.sluice.gateway.protocol.Deflation;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.WireForm;
import java.util.EnumMap;
import java.util.Map;

/// Gives publications to legs with deltas: a patch to whoever was last sent the publication before,
/// the whole to everyone else. Confined to the loop.
///
/// All live legs of a channel were last sent the same, or nothing yet, so one patch for each
/// encoding serves them. Should one have another base after all, it gets the whole rather than a
/// patch of its own: what a publication costs must not grow with its subscribers.
final class DeltaPushes {
  /// How many bytes of payloads cost as much as a push that is appended.
  private static final int BYTES_A_PUSH = 20;

  /// A push, and by how much the patch in it is shorter than the payload.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Prepared(byte[] push, int saved) {}

  private final Encodings encodings;
  private final Deflation deflation;
  private final FossilDelta patches = new FossilDelta();
  // of the present record
  private final Map<WireForm, Prepared> wholes = new EnumMap<>(WireForm.class);
  private final Map<WireForm, Prepared> patched = new EnumMap<>(WireForm.class);

  /// Of the patches among them.
  private long base = LastSent.NOTHING;

  private int work;

  DeltaPushes(Encodings encodings, Deflation deflation) {
    this.encodings = encodings;
    this.deflation = deflation;
  }

  /// Puts the record the cursor stands at into the outbox.
  Offered offer(Leg leg, LastSent last, Window from, WindowCursor cursor) {
    Prepared it = chosen(leg, last, from, cursor);
    if (it.push.length == 0) {
      return Offered.DROPPED;
    }
    Offered offered = leg.subscription.subscriber().offer(it.push);
    boolean taken = offered == Offered.TAKEN;
    last.offset = taken ? cursor.offset() : LastSent.NOTHING;
    if (taken && it.saved > 0) {
      encodings.saved(it.saved);
    }
    return offered;
  }

  /// What making patches took since this was last asked, in pushes.
  int takeWork() {
    int taken = work;
    work = 0;
    return taken;
  }

  /// From now on it is about another record.
  void next() {
    base = LastSent.NOTHING;
    wholes.clear();
    patched.clear();
  }

  private Prepared chosen(Leg leg, LastSent last, Window from, WindowCursor cursor) {
    WireForm form = leg.subscription.subscriber().form();
    // who reads by itself is caught up with wholes: each patch would be for it alone
    if (leg.live() && last.offset != LastSent.NOTHING) {
      if (base == LastSent.NOTHING) {
        base = last.offset;
      }
      if (base == last.offset) {
        Prepared known = patched.get(form);
        return known == null ? patch(leg, from, cursor, form) : known;
      }
    }
    return whole(leg, from, cursor, form);
  }

  private Prepared whole(Leg leg, Window from, WindowCursor cursor, WireForm form) {
    Prepared known = wholes.get(form);
    if (known == null) {
      Positioned positioned = leg.subscription.positioned();
      known = new Prepared(encodings.whole(from, cursor, form, positioned, deflation), 0);
      wholes.put(form, known);
    }
    return known;
  }

  private Prepared patch(Leg leg, Window from, WindowCursor cursor, WireForm form) {
    byte[] patch = encodings.patch(from, cursor, base, form.encoding(), this::make);
    Prepared made;
    if (patch.length == 0) {
      made = whole(leg, from, cursor, form);
    } else {
      Positioned positioned = leg.subscription.positioned();
      byte[] push = encodings.patched(from, cursor, base, form, positioned, patch, deflation);
      made = new Prepared(push, FossilDelta.targetLength(patch) - patch.length);
    }
    patched.put(form, made);
    return made;
  }

  private byte[] make(byte[] before, byte[] after, FossilDelta.Cut cut) {
    work += (before.length + after.length) / BYTES_A_PUSH;
    return patches.patch(before, after, cut);
  }
}
