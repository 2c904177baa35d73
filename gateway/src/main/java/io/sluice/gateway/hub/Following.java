package io.sluice.gateway.hub;

import io.sluice.broker.TailedPartition;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// What one loop has to say of followed publications: it has given them to its subscribers, and
/// says so once those were flushed. Confined to the loop.
final class Following {
  private record Passed(FanOut fanOut, int given) {}

  private final FanOuts all;
  private final int loop;
  private final Function<String, DeliveryAges> ages;

  /// At most [FanOuts#MAX]: then they are told of before they are flushed.
  private final List<Passed> unflushed = new ArrayList<>();

  /// @param ages of a namespace
  Following(FanOuts all, int loop, Function<String, DeliveryAges> ages) {
    this.all = all;
    this.loop = loop;
    this.ages = ages;
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
      unflushed.add(new Passed(fanOut.get(), given));
      if (unflushed.size() == FanOuts.MAX) {
        flushed();
      }
    }
  }

  /// Whoever was due a write was flushed.
  void flushed() {
    if (unflushed.isEmpty()) {
      return;
    }
    long now = System.currentTimeMillis();
    for (Passed passed : unflushed) {
      Followed publication = passed.fanOut().publication();
      if (passed.given() > 0) {
        ages.apply(publication.partition().binding().namespace())
            .example(now - publication.time(), publication.trace(), publication.span(), now);
      }
      all.passed(passed.fanOut(), loop, passed.given());
    }
    unflushed.clear();
  }
}
