package io.sluice.broker;

import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// The newest records of one partition in memory, bounded in bytes, indexed by channel. Every
/// record is here, wanted or not, because a client that is away must find it. One [WindowWriter]
/// appends; any thread reads without a lock, except that [#channel] takes the channel's own for a
/// moment.
///
/// Records are immutable. Old ones leave a whole slab at a time: first [#floor] rises, then they
/// go, so a reader that finds the floor at or below where it began has read without a hole.
///
/// Where a namespace keeps newest values, a channel's last record goes to [LastValues] before it
/// leaves the window.
///
/// A window mirrors one lineage of one log for its whole life. When that log breaks (truncated,
/// deleted), another window takes its place ([TailedPartition#window]).
public final class Window {
  /// Records go into slabs of this size, their index aside; a larger record gets one of its own.
  /// With its header the array fills a region of G1's, which gives none of it to anything else.
  static final int SLAB = (1 << 20) - 16;

  /// How often a reader looks again for a newest value that moves before its eyes.
  private static final int LOOKS = 100;

  private static final AtomicLong SERIALS = new AtomicLong();

  private final long serial = SERIALS.incrementAndGet();
  private final TopicBinding binding;
  private volatile Epoch epoch;
  private volatile Lineage lineage;
  private final long budget;
  private final long start;
  private final @Nullable LastValues lastValues;
  private final BadPayload badPayload;
  private final EntryReader reader;
  private final ConcurrentHashMap<String, ChannelLog> channels = new ConcurrentHashMap<>();

  private volatile Slab[] slabs = new Slab[0];
  private volatile long floor;
  private volatile long tail;
  private volatile long averageBytes;
  private volatile Leaderships leaderships;
  private volatile long certainFrom;

  // the writer's, under the monitor
  private WindowWriter writer = new WindowWriter(this);
  private long bytes;
  private long usedBytes;
  private long nextSeq;
  private long nextOffset;

  /// One that keeps no newest values.
  Window(TopicBinding binding, Epoch epoch, long start, ByteSize budget, BadPayload badPayload) {
    this(binding, epoch, start, budget, Optional.empty(), badPayload);
  }

  /// @param start the Kafka offset reading starts at
  /// @param budget bytes it may hold, indexes included; at least one slab is always kept
  /// @param lastValues where the newest values of channels go that have left it
  /// @param badPayload told the Kafka offset of a record found not to be of the binding's kind, by
  ///   whatever thread looked first
  Window(
      TopicBinding binding,
      Epoch epoch,
      long start,
      ByteSize budget,
      Optional<LastValues> lastValues,
      BadPayload badPayload) {
    this(binding, epoch, Lineage.WHOLE, start, Leaderships.NONE, budget, lastValues, badPayload);
  }

  /// @param lineage what is known of the log's truncations; its number is the epoch's
  /// @param leaderships what is known of those under which the records before the start were
  ///   written
  Window(
      TopicBinding binding,
      Epoch epoch,
      Lineage lineage,
      long start,
      Leaderships leaderships,
      ByteSize budget,
      Optional<LastValues> lastValues,
      BadPayload badPayload) {
    this.binding = binding;
    this.epoch = epoch;
    this.lineage = lineage;
    this.leaderships = leaderships;
    this.budget = budget.bytes();
    this.lastValues = lastValues.orElse(null);
    this.badPayload = badPayload;
    this.reader = new EntryReader(binding, epoch.partition(), badPayload);
    this.start = start;
    this.floor = start;
    this.tail = start;
    this.nextOffset = start;
  }

  /// A number that no other window of this process has or had, 1 and up: names the window where
  /// holding on to it would keep its records in memory.
  public long serial() {
    return serial;
  }

  /// The epoch of positions in this window, for clients. Its text changes when the topic gets
  /// partitions; older texts stay good for channels that did not move.
  public String epoch() {
    return epoch.toString();
  }

  Epoch identity() {
    return epoch;
  }

  /// The topic has more partitions now.
  void recount(int partitions) {
    Epoch was = epoch;
    epoch = new Epoch(was.topic(), was.partition(), partitions, was.lineage());
  }

  /// The truncations of this log that are known, all of them before this window.
  Lineage lineage() {
    return lineage;
  }

  /// More is known of the log's past; its number stays.
  void learn(Lineage more) {
    lineage = more;
  }

  /// Under which leaderships the log was written up to the tail, as far as this node has read it.
  /// Who reads the tail first has them at least up to there.
  Leaderships leaderships() {
    return leaderships;
  }

  /// What is newest here is certainly so once reading has come to this Kafka offset. Before anybody
  /// reads it.
  void certainFrom(long offset) {
    certainFrom = offset;
  }

  /// The namespace these records belong to.
  public TopicBinding binding() {
    return binding;
  }

  /// Every record at this Kafka offset or above, up to the tail, is here. Only rises.
  public long floor() {
    return floor;
  }

  /// The Kafka offset reading has come to: everything below it was seen. Only rises. Reading it
  /// makes all records below it visible to the caller.
  public long tail() {
    return tail;
  }

  /// Bytes held by records and by what finds them.
  public synchronized long bytes() {
    return bytes;
  }

  /// Bytes held by newest values whose records have left it.
  long lastValuesBytes() {
    return lastValues == null ? 0 : lastValues.bytes();
  }

  /// How many channels have records here.
  public int channelCount() {
    return channels.size();
  }

  /// Whether a channel has records here.
  boolean has(String key) {
    return channels.containsKey(key);
  }

  /// What a record takes here on average, its index included; 0 in an empty window.
  long averageBytes() {
    return averageBytes;
  }

  /// How many offsets came in a millisecond since the oldest record here, by its time; 0 where
  /// there is none.
  ///
  /// @param now milliseconds since 1970
  double perMilli(long now) {
    Slab[] here = slabs;
    if (here.length == 0 || here[0].count() == 0) {
      return 0;
    }
    return (double) Math.max(0, tail - here[0].offset(0)) / Math.max(1, now - here[0].time(0));
  }

  /// Whether any record has left it.
  boolean evicts() {
    return floor > start;
  }

  /// Whether reading the log again from a Kafka offset costs no more than that.
  public boolean mayReplay(long from, ReplayLimits limits) {
    return tail - from <= limits.most(averageBytes());
  }

  /// An empty window for records of the same log that are not in this one, none of which it lets
  /// go.
  ///
  /// @param start the Kafka offset it begins at
  Window stretch(long start) {
    return new Window(
        binding,
        epoch,
        lineage,
        start,
        Leaderships.NONE,
        ByteSize.mib(1 << 20),
        Optional.empty(),
        badPayload);
  }

  /// The records from one Kafka offset to below another, in order. Whoever reads checks afterwards
  /// that the floor has not passed `from`.
  public WindowCursor cursor(long from, long to) {
    return new WindowCursor(reader, slabs, from, to);
  }

  /// The Kafka offsets of a channel's records from one offset to below another, oldest first, at
  /// most `limit`. Whoever reads checks afterwards that the floor has not passed `from`.
  public long[] channel(String key, long from, long to, int limit) {
    ChannelLog log = channels.get(key);
    Slab[] now = slabs;
    if (log == null || now.length == 0) {
      return new long[0];
    }
    long first = Slabs.firstSeq(now, from);
    long[] found = log.since(Math.max(first, now[0].firstSeq), limit);
    int n = 0;
    for (long seq : found) {
      Slab slab = now[Slabs.of(now, seq)];
      int i = (int) (seq - slab.firstSeq);
      if (i >= slab.count() || slab.offset(i) >= to) {
        break; // appended after this reader looked
      }
      found[n++] = slab.offset(i);
    }
    return Arrays.copyOf(found, n);
  }

  /// The Kafka offsets of a channel's newest records from one offset to below another, oldest
  /// first, at most `limit`. Those that have left the window are missing.
  public long[] newest(String key, long from, long to, int limit) {
    ChannelLog log = channels.get(key);
    Slab[] now = slabs;
    if (log == null || now.length == 0) {
      return new long[0];
    }
    long first = Math.max(Slabs.firstSeq(now, from), now[0].firstSeq);
    long[] found = log.newest(first, Math.max(first, Slabs.firstSeq(now, to)), limit);
    for (int i = 0; i < found.length; i++) {
      Slab slab = now[Slabs.of(now, found[i])];
      found[i] = slab.offset((int) (found[i] - slab.firstSeq));
    }
    return found;
  }

  /// The publication at a Kafka offset; empty when it is no longer here, is a tombstone that is not
  /// delivered, or is not of the namespace's payload kind (which is then reported).
  public Optional<Publication> at(long offset) {
    WindowCursor cursor = cursor(offset, offset + 1);
    return cursor.next() ? cursor.publication() : Optional.empty();
  }

  /// A channel's newest value, wherever it is; also one that is above the tail already. Knows of no
  /// more than the window has unless the namespace keeps them.
  public Newest newest(String key) {
    boolean certain = tail >= certainFrom;
    LastValues values = lastValues;
    for (int i = 0; i < LOOKS; i++) {
      long taken = values == null ? 0 : values.taken();
      long[] last = newest(key, 0, Long.MAX_VALUE, 1);
      WindowCursor cursor = last.length == 0 ? null : cursor(last[0], last[0] + 1);
      if (cursor != null && cursor.next()) {
        return newest(cursor.publication(), cursor.offset() + 1, certain);
      }
      Slab kept = values == null ? null : values.of(key);
      if (kept != null) {
        return newest(reader.read(kept, 0), kept.offset(0) + 1, certain);
      }
      if (values == null || values.taken() == taken) {
        boolean complete = certain && values != null && values.complete();
        return complete
            ? new Newest.None(floor)
            : new Newest.Unknown(Optional.empty(), certain ? floor : Long.MAX_VALUE);
      }
    }
    return new Newest.Unknown(Optional.empty(), Long.MAX_VALUE);
  }

  private static Newest newest(Optional<Publication> found, long since, boolean certain) {
    Optional<Publication> value = found.filter(publication -> publication.data().isPresent());
    if (!certain) {
      return new Newest.Unknown(value, Long.MAX_VALUE);
    }
    return value.<Newest>map(Newest.Value::new).orElseGet(() -> new Newest.None(since));
  }

  /// A new writer in the place of the one before, whose appends are refused from now on.
  synchronized WindowWriter takeOver() {
    writer = new WindowWriter(this);
    return writer;
  }

  /// Where the next append must begin.
  synchronized long nextOffset() {
    return nextOffset;
  }

  synchronized boolean append(
      WindowWriter by,
      String key,
      long offset,
      long time,
      byte[] headers,
      byte[] value,
      boolean none) {
    if (by != writer || offset < nextOffset) {
      return false;
    }
    Slab slab = slabFor(headers.length, value.length);
    boolean entering = lastValues != null && !channels.containsKey(key);
    ChannelLog channel = channelFor(key);
    long before = slab.bytes() + channel.bytes();
    long used = slab.usedBytes();
    slab.append(channel, offset, time, headers, value, none);
    usedBytes += slab.usedBytes() - used;
    channel.add(nextSeq++);
    bytes += slab.bytes() + channel.bytes() - before;
    nextOffset = offset + 1;
    // only now, with its first record in it, may readers find a new slab
    if (slabs.length == 0 || slabs[slabs.length - 1] != slab) {
      addSlab(slab);
    }
    if (entering && lastValues != null) {
      lastValues.take(key); // only now: readers find the channel here
    }
    while (bytes > budget && slabs.length > 1) {
      evictOldest();
    }
    return true;
  }

  private ChannelLog channelFor(String key) {
    ChannelLog channel = channels.get(key);
    if (channel == null) {
      channel = new ChannelLog(key);
      channels.put(key, channel);
      bytes += channel.bytes();
    }
    return channel;
  }

  private Slab slabFor(int headers, int value) {
    Slab last = slabs.length == 0 ? null : slabs[slabs.length - 1];
    if (last != null && last.fits(headers, value)) {
      return last;
    }
    long need = Slab.entrySize(headers, value);
    if (last != null) {
      bytes -= last.trim();
    }
    Slab fresh = new Slab(Math.toIntExact(Math.max(SLAB, need)), nextSeq);
    bytes += fresh.bytes();
    return fresh;
  }

  /// Holds no records any more, and takes none from whoever wrote so far: its node is closed, and
  /// who still holds the window is not to hold them.
  synchronized void forget() {
    writer = new WindowWriter(this);
    floor = tail; // first the floor, then the records
    slabs = new Slab[0];
    channels.clear();
    bytes = 0;
    usedBytes = 0;
  }

  private void addSlab(Slab slab) {
    Slab[] grown = Arrays.copyOf(slabs, slabs.length + 1);
    grown[grown.length - 1] = slab;
    slabs = grown;
  }

  private void evictOldest() {
    Slab[] before = slabs;
    Slab oldest = before[0];
    if (lastValues != null) {
      keepLast(oldest, lastValues); // before readers cannot find them here any more
    }
    floor = before[1].offset(0); // first the floor, then the records
    slabs = Arrays.copyOfRange(before, 1, before.length);
    bytes -= oldest.bytes();
    usedBytes -= oldest.usedBytes();
    for (int i = 0; i < oldest.count(); i++) {
      ChannelLog channel = oldest.channel(i);
      bytes -= channel.bytes();
      if (channel.dropOldest()) {
        bytes += channel.bytes();
      } else {
        channels.remove(channel.key, channel);
      }
    }
  }

  private static void keepLast(Slab slab, LastValues lastValues) {
    for (int i = 0; i < slab.count(); i++) {
      boolean last = slab.channel(i).isNewest(slab.firstSeq + i);
      if (last && slab.valueLength(i) >= 0) { // a tombstone leaves nothing
        lastValues.keep(slab, i);
      }
    }
  }

  synchronized boolean publish(WindowWriter by, long next, Leaderships known) {
    if (by != writer) {
      return false;
    }
    leaderships = known; // before the tail
    Slab[] now = slabs;
    averageBytes = now.length == 0 ? 0 : usedBytes / Math.max(1, nextSeq - now[0].firstSeq);
    nextOffset = Math.max(nextOffset, next);
    if (nextOffset > tail) {
      tail = nextOffset;
    }
    return true;
  }
}
