package io.sluice.broker;

import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What each partition may take for newest values, where its namespace keeps them. For any thread.
final class LastValuesShare {
  private static final Logger log = LoggerFactory.getLogger(LastValuesShare.class);

  private final ByteSize perPartition;
  private final BridgeMetrics metrics;
  private final RareWarning warning = new RareWarning(System::nanoTime);

  LastValuesShare(ByteSize perPartition, BridgeMetrics metrics) {
    this.perPartition = perPartition;
    this.metrics = metrics;
  }

  /// A place for the values of a new window; none where they are not kept.
  ///
  /// @param complete whether the window reads the log from its start
  Optional<LastValues> of(TopicBinding binding, int partition, boolean complete) {
    return binding.keepsLastValues()
        ? Optional.of(new LastValues(perPartition, complete, () -> dropped(binding, partition)))
        : Optional.empty();
  }

  private void dropped(TopicBinding binding, int partition) {
    metrics.lastValueDropped(binding);
    long times = warning.ask();
    if (times > 0) {
      log.warn(
          "newest values have no room, raise window.last-values namespace={} partition={} bytes={} dropped={}",
          binding.namespace(),
          partition,
          perPartition.bytes(),
          times);
    }
  }
}
