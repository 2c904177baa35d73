package io.sluice.gateway.config;

import io.sluice.broker.ByteSize;

/// `edge.filters.*`: how much a client's filter of a channel may cost.
///
/// @param maxSize of a filter as it is written
/// @param maxDepth of nodes within nodes
/// @param maxNodes of a filter, each value of a list among them
/// @param maxDifferent filters of one event loop; each is applied to each publication of its
///   channel
public record FilterConfig(ByteSize maxSize, int maxDepth, int maxNodes, int maxDifferent) {
  public FilterConfig {
    new Checks()
        .range("edge.filters.max-size", maxSize, ByteSize.kib(1), ByteSize.kib(64))
        .range("edge.filters.max-depth", maxDepth, 1, 100)
        .range("edge.filters.max-nodes", maxNodes, 1, 10_000)
        .range("edge.filters.max-different", maxDifferent, 0, 1_000_000)
        .done();
  }

  static FilterConfig read(Settings in) {
    return new FilterConfig(
        in.size("edge.filters.max-size", ByteSize.kib(4)),
        in.whole("edge.filters.max-depth", 8),
        in.whole("edge.filters.max-nodes", 64),
        in.whole("edge.filters.max-different", 10_000));
  }

  static FilterConfig byDefault() {
    return new FilterConfig(ByteSize.kib(4), 8, 64, 10_000);
  }

  void write(Listing out) {
    out.add("edge.filters.max-size", maxSize)
        .add("edge.filters.max-depth", maxDepth)
        .add("edge.filters.max-nodes", maxNodes)
        .add("edge.filters.max-different", maxDifferent);
  }
}
