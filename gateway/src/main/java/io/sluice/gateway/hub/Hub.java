package io.sluice.gateway.hub;

import io.sluice.broker.ByteSize;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ReplaySource;
import io.sluice.broker.TailListener;
import io.sluice.broker.TailedPartition;
import io.sluice.broker.TopicBinding;
import io.sluice.broker.Window;
import io.sluice.gateway.protocol.JoinLeave;
import io.sluice.gateway.protocol.PositionTokens;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/// All shards of a node, and what tailers tell them. Thread-safe.
public final class Hub implements TailListener, AutoCloseable {
  /// Encoded pushes kept for other loops and for late readers.
  private static final ByteSize ENCODED = ByteSize.mib(32);

  /// One bit of a long per loop.
  private static final int MAX_LOOPS = 64;

  private final List<HubShard> shards;
  private final FilterCounts filterCounts = new FilterCounts();
  private final LagCounts lagCounts = new LagCounts();
  private final LongAdder anchored = new LongAdder();
  private final Map<String, DeliveryAges> ages = new ConcurrentHashMap<>();
  private final FanOuts fanOuts = new FanOuts(System::nanoTime);
  private final Encodings encodings;
  private final ChannelCounts counts;
  private final long allLoops;
  private volatile Feed[] feeds = new Feed[0];
  private volatile ReplaySource replays = ReplaySource.NONE;

  /// @param loops one shard is made for each, in this order
  /// @param tokens writes where connections stand
  public Hub(List<? extends LoopThread> loops, PositionTokens tokens) {
    this(loops, tokens, /* coalesce= */ true);
  }

  /// @param coalesce whether what a turn of a loop brings to a connection leaves in one write; no:
  ///   each publication in its own
  public Hub(List<? extends LoopThread> loops, PositionTokens tokens, boolean coalesce) {
    if (loops.isEmpty() || loops.size() > MAX_LOOPS) {
      throw new IllegalArgumentException("1 to " + MAX_LOOPS + " event loops, not " + loops.size());
    }
    encodings = new Encodings(ENCODED, tokens);
    HubShard[] made = new HubShard[loops.size()];
    for (int i = 0; i < made.length; i++) {
      SharedFilters filters = new SharedFilters(filterCounts);
      made[i] =
          new HubShard(
              i, loops.get(i), this, encodings, filters, tokens, lagCounts, anchored, coalesce);
    }
    shards = List.of(made);
    counts = new ChannelCounts(shards);
    allLoops = made.length == MAX_LOOPS ? -1L : (1L << made.length) - 1;
  }

  /// Where from now on its subscriptions find what has left the windows. Until then it is lost.
  public void replayFrom(ReplaySource source) {
    replays = source;
  }

  /// Keeps the positions of clients on quiet channels within what can be recovered, from now on.
  public void keepPositionsYoung() {
    shards.forEach(HubShard::lookForOldPositions);
  }

  /// How often a client on a quiet channel was given a newer position.
  public long anchored() {
    return anchored.sum();
  }

  ReplaySource replays() {
    return replays;
  }

  /// The shards, by loop.
  public List<HubShard> shards() {
    return shards;
  }

  /// Lets go of what it holds: nobody is served any more. Before its loops end.
  @Override
  public void close() {
    shards.forEach(HubShard::close);
    fanOuts.close();
    encodings.clear();
    feeds = new Feed[0];
  }

  @Override
  public void appended(TailedPartition partition, Window window, long from, long to) {
    Feed feed = feed(partition);
    long wake = feed.mark(window, from, to, allLoops);
    if (fanOuts.any()) {
      long woken = wake;
      fanOuts.due(partition, from, to, key -> feed.wanting(key) & woken);
    }
    while (wake != 0) {
      shards.get(Long.numberOfTrailingZeros(wake)).wake();
      wake &= wake - 1;
    }
  }

  @Override
  public void replaced(TailedPartition partition, Window old) {
    for (HubShard shard : shards) {
      shard.windowReplaced(partition, old);
    }
  }

  @Override
  public void repartitioned(TopicBinding binding, int before, int now) {
    for (HubShard shard : shards) {
      shard.repartitioned(binding, before, now);
    }
  }

  Feed feed(TailedPartition partition) {
    Feed[] now = feeds;
    int index = partition.index();
    return index < now.length && now[index] != null ? now[index] : newFeed(partition);
  }

  private synchronized Feed newFeed(TailedPartition partition) {
    int index = partition.index();
    Feed[] now = feeds;
    if (index < now.length && now[index] != null) {
      return now[index];
    }
    Feed[] grown = Arrays.copyOf(now, Math.max(now.length, index + 1));
    Feed feed = new Feed(partition, shards.size());
    grown[index] = feed;
    feeds = grown;
    return feed;
  }

  /// The publications that are followed through this node.
  public FanOuts fanOuts() {
    return fanOuts;
  }

  /// How old the publications of a namespace were when they had been written.
  public DeliveryAges ages(String namespace) {
    return ages.computeIfAbsent(namespace, _ -> new DeliveryAges(shards.size()));
  }

  /// How many publications were compressed so far, each for all its subscribers.
  public long deflations() {
    return encodings.deflations();
  }

  /// How many patches were made so far, each for all its subscribers of one encoding.
  public long patches() {
    return encodings.patches();
  }

  /// By how many bytes all patches that were sent are shorter than the payloads.
  public long patchesSavedBytes() {
    return encodings.savedBytes();
  }

  /// How often filters were applied: once for each different one of a loop and publication.
  public long filtersApplied() {
    return filterCounts.allApplied();
  }

  /// How many publications were kept back from a subscription by its filter.
  public long keptBack() {
    return filterCounts.allKeptBack();
  }

  /// How often a subscriber had no room for a publication.
  public long lags() {
    return lagCounts.allBegun();
  }

  /// How many readers wait for room: slow subscribers, and those that take up a past.
  public long lagging() {
    return lagCounts.nowWaiting();
  }

  /// Tells the subscribers that want to know who came and who went. Any thread; never waits.
  public void joinLeave(List<JoinLeave> all) {
    shards.forEach(shard -> shard.audience().tell(all));
  }

  /// How many joins and leaves were not told, for lack of room.
  public long joinLeavesDropped() {
    return shards.stream().mapToLong(shard -> shard.audience().dropped()).sum();
  }

  /// How many publications were left out for slow subscribers, where the namespace has it so.
  public long missed() {
    return lagCounts.allMissed();
  }

  /// How many channels have subscribers. Does not ask the loops.
  public int channelCount() {
    return ChannelCounts.channels(feeds);
  }

  /// How many subscribers each channel of this node has, gathered from all loops.
  public CompletionStage<Map<String, Integer>> channels() {
    return counts.all();
  }

  /// How many subscribers one channel has on this node.
  public CompletionStage<Integer> subscribers(ChannelName channel) {
    return counts.of(channel);
  }
}
