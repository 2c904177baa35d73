package io.sluice.gateway.hub;

import io.sluice.broker.Publication;
import io.sluice.broker.WindowCursor;
import io.sluice.gateway.filter.FilterText;
import io.sluice.gateway.filter.TagFilter;
import io.sluice.gateway.protocol.PublicationTags;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The different filters of one loop. Each is applied once to a publication, however many
/// subscriptions have it, and a publication is decoded once for all of them. Confined to the loop.
public final class SharedFilters {
  /// What applying a filter takes, in pushes: some of its nodes.
  private static final int APPLIED = 4;

  private final FilterCounts counts;

  /// By their [FilterText].
  private final Map<String, SharedFilter> known = new HashMap<>();

  /// Of the present publication; null: not looked at yet.
  private @Nullable Map<String, String> tags;

  private int work;

  /// Counts the publications.
  private long judgement;

  SharedFilters(FilterCounts counts) {
    this.counts = counts;
  }

  /// Shares a filter; [#release] has to follow.
  ///
  /// @param most different filters there may be
  /// @return nothing when there are as many
  public Optional<SharedFilter> take(TagFilter filter, int most) {
    String text = FilterText.of(filter);
    SharedFilter shared = known.get(text);
    if (shared == null) {
      if (known.size() >= most) {
        return Optional.empty();
      }
      shared = new SharedFilter(text, filter);
      known.put(text, shared);
    }
    shared.users++;
    return Optional.of(shared);
  }

  /// One of its users has gone.
  public void release(SharedFilter shared) {
    shared.users--;
    if (shared.users == 0) {
      known.remove(shared.text);
    }
  }

  /// From now on it is about another publication.
  void next() {
    judgement++;
    tags = null;
  }

  /// Whether a subscription with this filter wants the present publication.
  ///
  /// @param cursor stands at it
  boolean pass(SharedFilter shared, WindowCursor cursor) {
    if (shared.judgement != judgement) {
      shared.judgement = judgement;
      shared.passed = apply(shared, tags(cursor));
    }
    return counted(shared.passed);
  }

  /// Of what cannot be decoded there are none, and it goes nowhere in any case.
  private Map<String, String> tags(WindowCursor cursor) {
    Map<String, String> known = tags;
    if (known == null) {
      known = cursor.publication().map(PublicationTags::of).orElse(Map.of());
      tags = known;
    }
    return known;
  }

  /// Whether a subscription with this filter wants the publication, which is for it alone.
  boolean pass(SharedFilter shared, Publication publication) {
    return counted(apply(shared, PublicationTags.of(publication)));
  }

  /// What applying filters took since this was last asked, in pushes.
  int takeWork() {
    int taken = work;
    work = 0;
    return taken;
  }

  private boolean apply(SharedFilter shared, Map<String, String> to) {
    counts.applied();
    work += APPLIED;
    return shared.filter.passes(to);
  }

  private boolean counted(boolean passed) {
    if (!passed) {
      counts.keptBack();
    }
    return passed;
  }
}
