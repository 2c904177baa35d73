package io.sluice.perf.check;

import io.sluice.broker.Position;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.BiFunction;
import java.util.stream.Stream;

/// Judges what clients received: within a channel every publication, in order, none twice.
///
/// Producers number the publications of each channel 0, 1, 2…; every client reports what it is
/// given. Any thread; the calls for one client and channel come in the order in which it received.
public final class SequenceChecker {
  private final Map<Key, ChannelWatch> watches = new ConcurrentHashMap<>();
  private final LongAdder received = new LongAdder();

  /// The client is subscribed, and the next publication it must see is this one. Without this call,
  /// it may begin anywhere.
  public void expect(String client, String channel, long sequence) {
    watch(client, channel).expect(sequence);
  }

  /// A publication has come.
  ///
  /// @param position the position after it
  /// @param sequence the number its producer gave it
  public void received(String client, String channel, Position position, long sequence) {
    watch(client, channel).received(position.epoch(), position.offset(), sequence);
    received.increment();
  }

  /// The client came back and was told that it gets everything it missed.
  public void toldRecovered(String client, String channel) {
    watch(client, channel).toldRecovered();
  }

  /// The client was told that publications may be missing before the next one: a gap there is no
  /// fault.
  public void toldOfLoss(String client, String channel) {
    watch(client, channel).allowJump();
  }

  /// Publications received by all clients.
  public long received() {
    return received.sum();
  }

  /// How many publications some client has yet to receive.
  ///
  /// @param published how many publications each channel has had
  public long missing(Map<String, Long> published) {
    return over(published, ChannelWatch::missing).mapToLong(Long::longValue).sum();
  }

  /// Everything that is wrong so far.
  public List<Violation> violations() {
    return watches.values().stream().flatMap(watch -> watch.violations().stream()).toList();
  }

  /// Everything that is wrong when nothing more will come.
  ///
  /// @param published how many publications each channel has had
  public List<Violation> violations(Map<String, Long> published) {
    return over(published, ChannelWatch::violations).flatMap(List::stream).toList();
  }

  private <T> Stream<T> over(
      Map<String, Long> published, BiFunction<ChannelWatch, Long, T> question) {
    return watches.entrySet().stream()
        .map(
            it -> question.apply(it.getValue(), published.getOrDefault(it.getKey().channel(), 0L)));
  }

  private ChannelWatch watch(String client, String channel) {
    return watches.computeIfAbsent(
        new Key(client, channel), key -> new ChannelWatch(key.client(), key.channel()));
  }

  private record Key(String client, String channel) {}
}
