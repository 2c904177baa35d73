package io.sluice.gateway.edge;

import io.sluice.gateway.hub.LoopAges;
import org.jspecify.annotations.Nullable;

/// What a connection was given of one more namespace before its last was written; one after the
/// other, as many as there are namespaces at most. Most writes are of one namespace and need none.
/// Confined to the loop.
final class OtherNews {
  private final LoopAges ages;
  private final @Nullable OtherNews next;
  private long oldest;
  private int news;

  private OtherNews(LoopAges ages, @Nullable OtherNews next, long time) {
    this.ages = ages;
    this.next = next;
    this.oldest = time;
    this.news = 1;
  }

  /// Keeps one publication in mind.
  ///
  /// @param first those there are
  /// @param time the record's, in milliseconds since 1970
  /// @return the first of them from now on
  static OtherNews with(@Nullable OtherNews first, long time, LoopAges of) {
    if (first == null) {
      return new OtherNews(of, null, time);
    }
    for (OtherNews it = first; it != null; it = it.next) {
      if (it.ages == of) {
        it.oldest = it.news++ == 0 ? time : Math.min(it.oldest, time);
        return first;
      }
    }
    return new OtherNews(of, first, time);
  }

  /// They were written.
  ///
  /// @param now milliseconds since 1970
  static void count(@Nullable OtherNews first, long now) {
    for (OtherNews it = first; it != null; it = it.next) {
      if (it.news > 0) {
        it.ages.add(now - it.oldest, it.news);
      }
    }
  }

  /// They were written, or thrown away.
  static void clear(@Nullable OtherNews first) {
    for (OtherNews it = first; it != null; it = it.next) {
      it.news = 0;
    }
  }
}
