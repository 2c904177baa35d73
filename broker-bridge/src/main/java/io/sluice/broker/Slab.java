package io.sluice.broker;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/// A stretch of a partition's records in one byte array. Written by one thread at a time; any
/// thread may read the entries below [#count]. Entries never change, except for the byte that
/// remembers the verdict of the payload check, which every thread computes alike.
///
/// An entry is: offset (8), timestamp (8), value length or −1 (4), headers length (4), check (1),
/// headers, value. With its start (4), its channel (4) and its place in the channel's list (4) a
/// record costs 37 bytes beyond its own, and some more in the newest slab and in the channel's
/// list, which grow ahead of what is in them.
final class Slab {
  static final int HEADER = 25;

  /// A start and a reference to a channel.
  private static final int INDEX_ENTRY = 8;

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle INT =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle COUNT;

  static {
    try {
      COUNT = MethodHandles.lookup().findVarHandle(Slab.class, "count", int.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final byte[] data;
  final long firstSeq;
  private int used;

  @SuppressWarnings("unused") // through COUNT only
  private int count;

  // volatile: a reader may come upon a grown array and must find in it what was copied
  private volatile int[] starts;
  private volatile ChannelLog[] channels;

  /// @param capacity bytes, enough for at least one entry
  /// @param firstSeq the sequence number of its first entry within the window
  Slab(int capacity, long firstSeq) {
    this(new byte[capacity], firstSeq, 64);
  }

  private Slab(byte[] data, long firstSeq, int entries) {
    this.data = data;
    this.firstSeq = firstSeq;
    this.starts = new int[entries];
    this.channels = new ChannelLog[entries];
  }

  /// A copy of one entry.
  Slab only(int i) {
    int at = starts[i];
    int length = HEADER + headersLength(i) + Math.max(0, valueLength(i));
    Slab copy = new Slab(Arrays.copyOfRange(data, at, at + length), 0, 1);
    copy.channels[0] = new ChannelLog(channels[i].key);
    copy.used = length;
    COUNT.setRelease(copy, 1);
    return copy;
  }

  /// The bytes an entry takes.
  static long entrySize(int headers, int value) {
    return (long) HEADER + headers + value;
  }

  /// The memory it takes, its index included; grows with its entries.
  long bytes() {
    return data.length + (long) INDEX_ENTRY * starts.length;
  }

  /// What its entries take of that, with their share of the index.
  long usedBytes() {
    return used + (long) INDEX_ENTRY * count();
  }

  boolean fits(int headers, int value) {
    return used + entrySize(headers, value) <= data.length;
  }

  /// Writer only. The entry is visible to readers when this returns.
  void append(
      ChannelLog channel, long offset, long time, byte[] headers, byte[] value, boolean none) {
    int n = (int) COUNT.get(this);
    if (n == starts.length) {
      starts = Arrays.copyOf(starts, n * 2);
      channels = Arrays.copyOf(channels, n * 2);
    }
    int at = used;
    LONG.set(data, at, offset);
    LONG.set(data, at + 8, time);
    INT.set(data, at + 16, none ? -1 : value.length);
    INT.set(data, at + 20, headers.length);
    System.arraycopy(headers, 0, data, at + HEADER, headers.length);
    System.arraycopy(value, 0, data, at + HEADER + headers.length, value.length);
    starts[n] = at;
    channels[n] = channel;
    used = at + HEADER + headers.length + value.length;
    COUNT.setRelease(this, n + 1);
  }

  /// Nothing comes after these entries: lets go of the room for more in the index. Writer only.
  ///
  /// @return how many bytes fewer it takes now
  long trim() {
    long before = bytes();
    int n = (int) COUNT.get(this);
    starts = Arrays.copyOf(starts, n);
    channels = Arrays.copyOf(channels, n);
    return before - bytes();
  }

  /// How many entries there are; everything about them is visible to the caller.
  int count() {
    return (int) COUNT.getAcquire(this);
  }

  long offset(int i) {
    return (long) LONG.get(data, starts[i]);
  }

  long time(int i) {
    return (long) LONG.get(data, starts[i] + 8);
  }

  /// −1 for a tombstone.
  int valueLength(int i) {
    return (int) INT.get(data, starts[i] + 16);
  }

  int headersLength(int i) {
    return (int) INT.get(data, starts[i] + 20);
  }

  int headersStart(int i) {
    return starts[i] + HEADER;
  }

  byte check(int i) {
    return data[starts[i] + 24];
  }

  void check(int i, byte verdict) {
    data[starts[i] + 24] = verdict;
  }

  ChannelLog channel(int i) {
    return channels[i];
  }

  /// The first entry whose Kafka offset is at or above this one; [#count] if there is none.
  int find(long offset) {
    int low = 0;
    int high = count();
    while (low < high) {
      int mid = (low + high) >>> 1;
      if (offset(mid) < offset) {
        low = mid + 1;
      } else {
        high = mid;
      }
    }
    return low;
  }
}
