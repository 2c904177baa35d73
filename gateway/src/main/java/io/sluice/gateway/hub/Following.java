package io.sluice.gateway.hub;

import io.sluice.broker.TailedPartition;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.function.Function;

/// What one loop has to say of followed publications: it has given them to its subscribers, and
/// says so once those were flushed. Confined to the loop.
final class Following {
  /// @param due who was due a write when all had been given it
  @SuppressWarnings("ArrayRecordComponent") // given back as it is, and compared with nothing
  private record Passed(FanOut fanOut, int given, long[] due) {}

  private final FanOuts all;
  private final int loop;
  private final Function<String, DeliveryAges> ages;
  private final FlushQueue flushes;

  /// In the order they came. At most [FanOuts#MAX]: of more the first is told of before it is
  /// flushed.
  private final Deque<Passed> unflushed = new ArrayDeque<>();

  /// @param ages of a namespace
  /// @param flushes the loop's
  Following(FanOuts all, int loop, Function<String, DeliveryAges> ages, FlushQueue flushes) {
    this.all = all;
    this.loop = loop;
    this.ages = ages;
    this.flushes = flushes;
  }

  /// Whether any publication is followed; to be asked after the window's tail was read.
  boolean any() {
    return all.any();
  }

  /// The loop has a record behind it.
  ///
  /// @param given to how many subscriptions
  void passed(TailedPartition partition, long offset, int given) {
    Optional<FanOut> fanOut = all.of(partition, offset);
    if (fanOut.isPresent()) {
      if (unflushed.size() == FanOuts.MAX) {
        tell(unflushed.remove());
      }
      unflushed.add(new Passed(fanOut.get(), given, flushes.due()));
    }
  }

  /// Some of those that were due a write were flushed, or all of them.
  void flushed() {
    while (!unflushed.isEmpty() && flushes.flushed(unflushed.element().due())) {
      tell(unflushed.remove());
    }
  }

  private void tell(Passed passed) {
    Followed publication = passed.fanOut().publication();
    if (passed.given() > 0) {
      long now = System.currentTimeMillis();
      ages.apply(publication.partition().binding().namespace())
          .example(now - publication.time(), publication.trace(), publication.span(), now);
    }
    all.passed(passed.fanOut(), loop, passed.given());
  }
}
