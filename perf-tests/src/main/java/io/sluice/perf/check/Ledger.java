package io.sluice.perf.check;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What was published: for each channel how far its sequence goes, and of the newest ones what
/// became of them. Judges gaps: a publication that was never acknowledged may be missing, an
/// acknowledged one may not. Any thread; publishing to one channel is for one thread at a time.
public final class Ledger {
  /// Publications remembered of each channel, unless another number is given. What is older counts
  /// as acknowledged.
  static final int REMEMBERED = 1_024;

  private static final long UNKNOWN = Long.MIN_VALUE;

  /// Acknowledged by a server that does not say where the publication is.
  private static final long NOWHERE = -1;

  private final String prefix;
  private final @Nullable Channel[] channels;
  private final int remembered;

  /// One channel. Guarded by itself.
  private static final class Channel {
    private long next;
    private long acknowledged;
    private long failed;

    /// One more than the highest that was acknowledged.
    private long acknowledgedTo;

    /// Offsets by sequence, in a ring that grows to its limit.
    private long[] offsets = new long[8];
  }

  /// @param prefix of channel names; the rest is the number of the channel
  /// @param count of channels
  public Ledger(String prefix, int count) {
    this(prefix, count, REMEMBERED);
  }

  /// @param remembered publications of each channel whose fate is known; what is older counts as
  ///   acknowledged
  public Ledger(String prefix, int count, int remembered) {
    this.prefix = prefix;
    this.remembered = remembered;
    this.channels = new Channel[count];
  }

  public int channels() {
    return channels.length;
  }

  /// The name of a channel.
  public String name(int channel) {
    return prefix + channel;
  }

  /// The sequence number of the next publication; it is on its way from now on.
  public long begin(int channel) {
    Channel it = channel(channel);
    synchronized (it) {
      long sequence = it.next++;
      if (sequence >= it.offsets.length && it.offsets.length < remembered) {
        it.offsets = Arrays.copyOf(it.offsets, it.offsets.length * 2);
      }
      it.offsets[(int) (sequence % it.offsets.length)] = UNKNOWN;
      return sequence;
    }
  }

  /// The log has it.
  ///
  /// @param offset the position after it, or -1 where the server does not say
  public void acknowledged(int channel, long sequence, long offset) {
    Channel it = channel(channel);
    synchronized (it) {
      it.acknowledged++;
      it.acknowledgedTo = Math.max(it.acknowledgedTo, sequence + 1);
      if (it.next - sequence <= it.offsets.length) {
        it.offsets[(int) (sequence % it.offsets.length)] = Math.max(offset, NOWHERE);
      }
    }
  }

  /// It was refused, or nobody knows what became of it: it may be missing.
  public void failed(int channel) {
    Channel it = channel(channel);
    synchronized (it) {
      it.failed++;
    }
  }

  /// Publications begun, acknowledged or not, of each channel.
  public List<Long> published() {
    List<Long> all = new ArrayList<>(channels.length);
    for (Channel it : channels) {
      if (it == null) {
        all.add(0L);
      } else {
        synchronized (it) {
          all.add(it.next);
        }
      }
    }
    return all;
  }

  /// One more than the highest sequence number of a channel that the log has; 0 when it has none.
  public long acknowledgedTo(int channel) {
    Channel it = channel(channel);
    synchronized (it) {
      return it.acknowledgedTo;
    }
  }

  /// How many publications of a channel were begun, acknowledged or not.
  public long published(int channel) {
    Channel it = channel(channel);
    synchronized (it) {
      return it.next;
    }
  }

  /// Publications acknowledged, of all channels.
  public long acknowledged() {
    return sum(it -> it.acknowledged);
  }

  /// Publications that failed, of all channels.
  public long failed() {
    return sum(it -> it.failed);
  }

  /// Publications on their way, of all channels.
  public long waiting() {
    return sum(it -> it.next - it.acknowledged - it.failed);
  }

  /// A violation with this side's history beside the client's, unless it is none: a gap of
  /// publications of which none was acknowledged.
  public Optional<Violation> judge(Violation seen) {
    Channel it = channels[Integer.parseInt(seen.channel().substring(prefix.length()))];
    if (it == null) {
      return Optional.of(seen.and("nothing was published there"));
    }
    synchronized (it) {
      boolean missing =
          switch (seen.fault()) {
            case GAP, FALSE_VERDICT -> true;
            case DUPLICATE, REORDERED -> false;
          };
      if (missing && !anyAcknowledged(it, seen.first(), seen.last())) {
        return Optional.empty();
      }
      return Optional.of(seen.and("published were " + around(it, seen.first(), seen.last())));
    }
  }

  /// A violation if the acknowledged publication before the first one that was seen lies behind the
  /// position that the client was answered.
  public Optional<Violation> judge(Claim claim) {
    Channel it = channels[claim.channel()];
    if (it == null) {
      return Optional.empty();
    }
    synchronized (it) {
      long before = claim.first() - 1;
      while (isKnown(it, before) && offset(it, before) == UNKNOWN) {
        before--; // it may be missing, and hides none that may not
      }
      if (!isKnown(it, before)) {
        return Optional.empty(); // there was none, or it is too long ago to be known
      }
      long offset = offset(it, before);
      if (offset <= claim.since()) {
        return Optional.empty();
      }
      String what =
          "was answered offset %d, was given %d first, and %d@%d is missing"
              .formatted(claim.since(), claim.first(), before, offset);
      String text =
          "client '%s', channel '%s': %s".formatted(claim.client(), name(claim.channel()), what);
      Violation violation =
          new Violation(
              Violation.Fault.GAP, claim.client(), name(claim.channel()), before, before, text);
      return Optional.of(violation.and("published were " + around(it, before, before)));
    }
  }

  private static boolean isKnown(Channel it, long sequence) {
    return sequence >= 0 && it.next - sequence <= it.offsets.length;
  }

  private static long offset(Channel it, long sequence) {
    return it.offsets[(int) (sequence % it.offsets.length)];
  }

  private static boolean anyAcknowledged(Channel it, long first, long last) {
    for (long n = first; n <= last && n < it.next; n++) {
      if (it.next - n > it.offsets.length || it.offsets[(int) (n % it.offsets.length)] != UNKNOWN) {
        return true;
      }
    }
    return false;
  }

  private static String around(Channel it, long first, long last) {
    StringBuilder text = new StringBuilder("[");
    long from = Math.max(0, first - Surroundings.SHOWN);
    long to = Math.min(it.next - 1, last + Surroundings.SHOWN);
    for (long n = from; n <= to; n++) {
      if (n == first + Surroundings.SHOWN && last - first > 2 * Surroundings.SHOWN) {
        text.append(", …");
        n = last - Surroundings.SHOWN;
      }
      text.append(n == from ? "" : ", ").append(n).append(fate(it, n));
    }
    return text.append("] of ").append(it.next).toString();
  }

  private static String fate(Channel it, long n) {
    if (it.next - n > it.offsets.length) {
      return "";
    }
    long offset = it.offsets[(int) (n % it.offsets.length)];
    return offset == UNKNOWN ? "?" : offset == NOWHERE ? "" : "@" + offset;
  }

  private Channel channel(int number) {
    Channel it = channels[number];
    if (it != null) {
      return it;
    }
    synchronized (channels) {
      Channel fresh = channels[number];
      if (fresh == null) {
        fresh = new Channel();
        channels[number] = fresh;
      }
      return fresh;
    }
  }

  private long sum(java.util.function.ToLongFunction<Channel> what) {
    long sum = 0;
    for (Channel it : channels) {
      if (it != null) {
        synchronized (it) {
          sum += what.applyAsLong(it);
        }
      }
    }
    return sum;
  }
}
