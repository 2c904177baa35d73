package io.sluice.gateway.hub;

import io.sluice.gateway.filter.TagFilter;

/// A filter and what it said of the newest publication, for all subscriptions of one loop that have
/// it. Confined to the loop.
public final class SharedFilter {
  final String text;
  final TagFilter filter;
  int users;

  // what it said last
  long judgement;
  boolean passed;

  /// @param text its [io.sluice.gateway.filter.FilterText]
  SharedFilter(String text, TagFilter filter) {
    this.text = text;
    this.filter = filter;
  }
}
