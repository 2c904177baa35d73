package io.sluice.gateway.delta;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// Makes patches that clients apply to the payload they had before. What both begin and end with is
/// found first, which is all there is to do where one field changed; what lies between is looked up
/// in an index of the base's blocks.
///
/// Time and memory are bounded: payloads up to [#LARGEST], so many blocks in the index, so many of
/// them tried at a place; a patch that would not be smaller than its target is given up. Reuses its
/// memory; not thread-safe.
public final class FossilDelta {
  /// Larger payloads have no patches, so that a patch takes no more than a millisecond or two of a
  /// loop. Measured: 0.2 µs where one field of 80 bytes changed, 5 µs for 2 KB of JSON, 0.1 to 0.3
  /// ms for 52 KB, 1 to 1.5 ms for this much made to be difficult.
  public static final int LARGEST = 64 * 1024;

  /// No patch.
  public static final byte[] NONE = new byte[0];

  /// Bytes that must agree before anything is copied, read as one number.
  private static final int BLOCK = Long.BYTES;

  /// The base is indexed at each of these; so whatever is 11 bytes or longer is found.
  private static final int STRIDE = 4;

  /// Blocks with the same hash that are tried at one place; a base that repeats itself has
  /// thousands.
  private static final int TRIES = 8;

  /// Blocks that are tried for one patch, whatever the payloads are like.
  private static final int TRIES_IN_ALL = 64 * 1024;

  /// A match as long as this is not looked for a better one.
  private static final int LONG_ENOUGH = 256;

  /// Bytes without a match after which each place is no longer looked at, but every second, after
  /// as many again every third: what is all new costs little.
  private static final int PATIENCE = 256;

  private static final int MAX_BLOCKS = LARGEST / STRIDE;
  private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /// Where a payload may be cut into copies and literals.
  public enum Cut {
    /// At any byte.
    ANYWHERE,
    /// Only between characters of UTF-8, so that the patch is UTF-8 when its target is.
    BETWEEN_CHARACTERS
  }

  private final PatchBytes out = new PatchBytes();
  private int[] heads = new int[0];
  private int[] nexts = new int[0];
  private int shift;

  private byte[] base = NONE;
  private byte[] target = NONE;
  private Cut cut = Cut.ANYWHERE;

  /// Up to where the target stands in the patch.
  private int written;

  private int triesLeft;

  /// The patch that makes the target of the base.
  ///
  /// @return [#NONE] when there is none that is smaller than the target, or one of both is larger
  ///   than [#LARGEST]
  public byte[] patch(byte[] before, byte[] after, Cut where) {
    if (Math.max(before.length, after.length) > LARGEST) {
      return NONE;
    }
    base = before;
    target = after;
    cut = where;
    written = 0;
    out.begin(target.length, target.length - 1);
    match();
    out.literal(target, written, target.length);
    byte[] patch = out.end(target);
    base = NONE;
    target = NONE;
    return patch;
  }

  /// The length of what a patch makes.
  public static int targetLength(byte[] patch) {
    int length = 0;
    for (int i = 0; patch[i] != '\n'; i++) {
      length = (length << 6) | value(patch[i]);
    }
    return length;
  }

  private static int value(byte digit) {
    if (digit <= '9') {
      return digit - '0';
    }
    if (digit <= 'Z') {
      return digit - 'A' + 10;
    }
    return digit == '_' ? 36 : digit == '~' ? 63 : digit - 'a' + 37;
  }

  private void match() {
    int shorter = Math.min(base.length, target.length);
    int first = Arrays.mismatch(base, target);
    int prefix = first < 0 ? shorter : first;
    int suffix = 0;
    while (suffix < shorter - prefix
        && base[base.length - 1 - suffix] == target[target.length - 1 - suffix]) {
      suffix++;
    }
    var _ = copied(0, 0, prefix);
    int end = target.length - suffix;
    if (end - prefix >= BLOCK && base.length >= BLOCK) {
      index();
      between(prefix, end);
    }
    var _ = copied(base.length - suffix, end, target.length);
  }

  private void between(int start, int end) {
    int at = start;
    triesLeft = TRIES_IN_ALL;
    while (at + BLOCK <= end && triesLeft > 0 && !out.over()) {
      int found = longest(at, end);
      if (found >= 0) {
        int length = agree(found, at, end);
        int back = before(found, at);
        if (copied(found - back, at - back, at + length)) {
          at = Math.max(at + 1, written);
          continue;
        }
      }
      at += 1 + (at - written) / PATIENCE;
    }
  }

  /// Writes a copy, and what of the target comes before it, if that is smaller than a literal.
  private boolean copied(int from, int start, int end) {
    int first = start;
    int last = end;
    if (cut == Cut.BETWEEN_CHARACTERS) {
      while (first < last && inCharacter(first)) {
        first++;
      }
      while (last > first && inCharacter(last)) {
        last--;
      }
    }
    int source = from + first - start;
    if (last - first <= PatchBytes.copyLength(last - first, source)) {
      return false;
    }
    out.literal(target, written, first);
    out.copy(last - first, source);
    written = last;
    return true;
  }

  private boolean inCharacter(int at) {
    return at < target.length && (target[at] & 0xc0) == 0x80;
  }

  /// How many bytes agree from there on.
  private int agree(int inBase, int inTarget, int end) {
    int length = Math.min(base.length - inBase, end - inTarget);
    int differs =
        Arrays.mismatch(base, inBase, inBase + length, target, inTarget, inTarget + length);
    return differs < 0 ? length : differs;
  }

  /// How many bytes agree before, as far as they are not written.
  private int before(int inBase, int inTarget) {
    int most = Math.min(inBase, inTarget - written);
    int n = 0;
    while (n < most && base[inBase - 1 - n] == target[inTarget - 1 - n]) {
      n++;
    }
    return n;
  }

  // the index: chains of blocks, by hash; 0 ends a chain

  private void index() {
    int blocks = (base.length - BLOCK) / STRIDE + 1;
    int bits = 32 - Integer.numberOfLeadingZeros(Math.max(1, blocks - 1));
    shift = Long.SIZE - Math.max(1, bits);
    if (nexts.length < blocks) {
      int size = Math.min(MAX_BLOCKS, Integer.highestOneBit(blocks) * 2);
      nexts = new int[size];
      heads = new int[size];
    }
    Arrays.fill(heads, 0, 1 << (Long.SIZE - shift), 0);
    for (int block = blocks; block > 0; block--) { // the first of the base is tried first
      int slot = slot(base, (block - 1) * STRIDE);
      nexts[block - 1] = heads[slot];
      heads[slot] = block;
    }
  }

  private int slot(byte[] bytes, int at) {
    return (int) (((long) LONGS.get(bytes, at) * SPREAD) >>> shift);
  }

  /// Where in the base the longest match lies.
  ///
  /// @return -1: nowhere
  private int longest(int at, int end) {
    int found = -1;
    int length = BLOCK - 1;
    int block = heads[slot(target, at)];
    for (int n = 0; block > 0 && n < TRIES && length < LONG_ENOUGH; n++) {
      triesLeft--;
      int candidate = (block - 1) * STRIDE;
      int agrees = agree(candidate, at, end);
      if (agrees > length) {
        found = candidate;
        length = agrees;
      }
      block = nexts[block - 1];
    }
    return found;
  }
}
