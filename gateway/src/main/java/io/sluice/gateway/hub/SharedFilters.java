package io.sluice.gateway.hub;

import io.sluice.broker.Publication;
import io.sluice.broker.Window;
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

  /// Of the publication that is being judged; null when it cannot be decoded.
  private @Nullable Map<String, String> tags;

  private long window;
  private int work;
  private long offset = -1;

  /// Counts the publications that were judged.
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

  /// Whether a subscription with this filter wants the publication the cursor stands at.
  boolean pass(SharedFilter shared, Window from, WindowCursor cursor) {
    at(from, cursor);
    if (shared.judgement != judgement) {
      shared.judgement = judgement;
      shared.passed = tags == null || apply(shared, tags); // what cannot be decoded goes nowhere
    }
    return counted(shared.passed);
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

  private void at(Window from, WindowCursor cursor) {
    if (from.serial() != window || cursor.offset() != offset) {
      window = from.serial();
      offset = cursor.offset();
      judgement++;
      tags = cursor.publication().map(PublicationTags::of).orElse(null);
    }
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
