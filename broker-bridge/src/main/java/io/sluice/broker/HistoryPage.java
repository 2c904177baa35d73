package io.sluice.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Collects publications until there are enough. Not thread-safe.
final class HistoryPage {
  /// What a publication takes in an answer beside its payload, about.
  private static final int BESIDE = 128;

  private final List<Publication> publications = new ArrayList<>();
  private final int most;
  private long bytes;

  HistoryPage(int most) {
    this.most = most;
  }

  /// As full as another is now.
  HistoryPage(HistoryPage other) {
    this.most = other.most;
    this.bytes = other.bytes;
    this.publications.addAll(other.publications);
  }

  /// How many more fit, by their number.
  int room() {
    return full() ? 0 : most - publications.size();
  }

  boolean full() {
    return publications.size() >= most || bytes >= HistoryQuery.MOST_BYTES;
  }

  /// Takes the publications at these Kafka offsets, in this order, until it is full. What a window
  /// does not have, or is not delivered, is passed over.
  void take(Window window, long[] offsets) {
    for (long offset : offsets) {
      if (full()) {
        return;
      }
      Optional<Publication> found = window.at(offset);
      found.ifPresent(this::add);
    }
  }

  /// Takes one more, if there is room.
  void add(Publication publication) {
    long size = (long) BESIDE + publication.data().map(data -> data.length).orElse(0);
    if (!publications.isEmpty() && bytes + size > HistoryQuery.MOST_BYTES) {
      bytes = HistoryQuery.MOST_BYTES; // full
      return;
    }
    bytes += size;
    publications.add(publication);
  }

  List<Publication> publications() {
    return publications;
  }
}
