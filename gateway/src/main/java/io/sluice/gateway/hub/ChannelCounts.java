package io.sluice.gateway.hub;

import io.sluice.broker.ChannelName;
import io.sluice.broker.TopicBinding;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// How many subscribers the channels of a node have. The loops only copy what they know: names are
/// made and sums are drawn on a thread of their own, since there may be 100,000. For any thread.
final class ChannelCounts {
  private final List<HubShard> shards;

  ChannelCounts(List<HubShard> shards) {
    this.shards = shards;
  }

  /// Of each channel that has any, by its full name.
  CompletionStage<Map<String, Integer>> all() {
    return ask(ChannelCounts::copy)
        .thenApplyAsync(
            copies -> {
              Map<String, Integer> sums = new HashMap<>();
              copies.forEach(copy -> named(copy).forEach((k, n) -> sums.merge(k, n, Integer::sum)));
              return sums;
            },
            Thread::startVirtualThread);
  }

  /// Of one.
  CompletionStage<Integer> of(ChannelName channel) {
    return ask(tables -> subscribers(tables, channel))
        .thenApply(counts -> counts.stream().mapToInt(Integer::intValue).sum());
  }

  /// How many channels have any. Does not ask the loops.
  static int channels(@Nullable Feed[] feeds) {
    int count = 0;
    Set<String> spread = new HashSet<>();
    for (Feed feed : feeds) {
      if (feed != null) {
        count += feed.wanted();
        TopicBinding binding = feed.partition().binding();
        if (binding.keyless().filter(feed::wants).isPresent() && !spread.add(binding.namespace())) {
          count--; // it is wanted in every partition
        }
      }
    }
    return count;
  }

  private <T> CompletableFuture<List<T>> ask(Function<Collection<PartitionTable>, T> question) {
    List<CompletableFuture<T>> parts = shards.stream().map(shard -> shard.ask(question)).toList();
    return CompletableFuture.allOf(parts.toArray(CompletableFuture<?>[]::new))
        .thenApply(_ -> parts.stream().map(CompletableFuture::join).toList());
  }

  /// The subscribers of one partition's channels, on one loop.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Copy(TopicBinding binding, List<String> keys, int[] sizes) {}

  /// On a loop.
  private static List<Copy> copy(Collection<PartitionTable> tables) {
    List<Copy> copies = new ArrayList<>(tables.size());
    for (PartitionTable table : tables) {
      List<String> keys = new ArrayList<>(table.channels.size());
      int[] sizes = new int[table.channels.size()];
      table.channels.forEach((key, legs) -> {
        sizes[keys.size()] = legs.size();
        keys.add(key);
      });
      copies.add(new Copy(table.feed.partition().binding(), keys, sizes));
    }
    return copies;
  }

  /// One of records without a key has its subscribers in each partition.
  private static Map<String, Integer> named(List<Copy> ofOneLoop) {
    Map<String, Integer> counts = new HashMap<>();
    for (Copy copy : ofOneLoop) {
      for (int i = 0; i < copy.sizes().length; i++) {
        String name = copy.binding().channel(copy.keys().get(i)).toString();
        counts.merge(name, copy.sizes()[i], Math::max);
      }
    }
    return counts;
  }

  /// On a loop.
  private static int subscribers(Collection<PartitionTable> tables, ChannelName channel) {
    int most = 0;
    for (PartitionTable table : tables) {
      if (table.feed.partition().binding().namespace().equals(channel.namespace())) {
        Legs legs = table.channels.get(channel.key());
        most = Math.max(most, legs == null ? 0 : legs.size());
      }
    }
    return most;
  }
}
