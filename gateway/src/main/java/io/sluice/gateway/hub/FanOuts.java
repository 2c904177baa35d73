package io.sluice.gateway.hub;

import io.sluice.broker.TailedPartition;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/// The publications that are followed through this node: from the moment before they enter their
/// window until the last loop that has subscribers of them has given it to all and written it,
/// where sockets take it. While there is none, which is so unless something is traced, it costs
/// loops one look a turn.
///
/// At most [#MAX] at a time, each for at most [#PATIENCE] or a second more. For any thread; takes
/// no lock.
public final class FanOuts {
  /// The most that are followed at a time.
  public static final int MAX = 1_024;

  /// How long is waited for loops: a turn takes milliseconds, unless the node is overloaded.
  public static final Duration PATIENCE = Duration.ofSeconds(10);

  /// Told once what became of a publication, by whatever thread found out; must return at once and
  /// never throw.
  public interface Told {
    /// All loops have it behind them.
    ///
    /// @param subscriptions to how many it was given
    void given(long subscriptions);

    /// Some loop has not had it in time, or the node is closing.
    ///
    /// @param subscriptions to how many it was given by then
    void gaveUp(long subscriptions);
  }

  private record Place(int partition, long offset) {}

  private final LongSupplier nanoClock;
  private final Map<Place, FanOut> open = new ConcurrentHashMap<>();
  private final AtomicInteger count = new AtomicInteger();

  FanOuts(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
  }

  /// Follows a publication from now on. Before readers can see its record.
  ///
  /// @return whether there was room; no: nobody is told
  public boolean follow(Followed publication, Told told) {
    if (count.incrementAndGet() > MAX) {
      count.decrementAndGet();
      return false;
    }
    FanOut fanOut = new FanOut(publication, told, nanoClock.getAsLong());
    FanOut before = open.put(place(publication), fanOut);
    if (before != null) {
      count.decrementAndGet();
      before.giveUp();
    }
    return true;
  }

  /// Its record has not entered the window; told as given up.
  public void forget(Followed publication) {
    FanOut fanOut = open.remove(place(publication));
    if (fanOut != null) {
      count.decrementAndGet();
      fanOut.giveUp();
    }
  }

  /// Whether any is followed. Who has read a window's tail first hears of all below it.
  boolean any() {
    return count.get() != 0;
  }

  /// The one at this Kafka offset.
  Optional<FanOut> of(TailedPartition partition, long offset) {
    return Optional.ofNullable(open.get(new Place(partition.index(), offset)));
  }

  /// The tailer has looked who wants the records from one Kafka offset to below another.
  ///
  /// @param loops a bit for each loop that wants a key and was woken
  void due(TailedPartition partition, long from, long to, ToLongFunction<String> loops) {
    for (FanOut fanOut : open.values()) {
      Followed publication = fanOut.publication();
      if (publication.partition() == partition
          && publication.offset() >= from
          && publication.offset() < to
          && !fanOut.known()
          && fanOut.due(loops.applyAsLong(publication.key()))) {
        over(fanOut);
      }
    }
  }

  /// A loop has it behind it.
  ///
  /// @param given to how many subscriptions
  void passed(FanOut fanOut, int loop, int given) {
    if (fanOut.passed(loop, given)) {
      over(fanOut);
    }
  }

  /// Gives up what has been waited for too long. Every second.
  void look() {
    if (any()) {
      long now = nanoClock.getAsLong();
      for (FanOut fanOut : open.values()) {
        if (now - fanOut.since() > PATIENCE.toNanos()) {
          over(fanOut);
          fanOut.giveUp();
        }
      }
    }
  }

  /// Gives up all: nothing is delivered any more.
  void close() {
    for (FanOut fanOut : open.values()) {
      over(fanOut);
      fanOut.giveUp();
    }
  }

  private void over(FanOut fanOut) {
    if (open.remove(place(fanOut.publication()), fanOut)) {
      count.decrementAndGet();
    }
  }

  private static Place place(Followed publication) {
    return new Place(publication.partition().index(), publication.offset());
  }
}
