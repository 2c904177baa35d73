package io.sluice.broker;

/// Names the epoch of a partition as this node sees it now. Never blocks.
@FunctionalInterface
interface PositionNames {
  String epoch(TopicBinding binding, int partition);
}
