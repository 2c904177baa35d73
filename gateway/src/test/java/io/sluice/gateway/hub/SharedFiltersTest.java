package io.sluice.gateway.hub;

import static org.assertj.core.api.Assertions.assertThat;

import io.sluice.gateway.filter.TagFilter;
import org.junit.jupiter.api.Test;

final class SharedFiltersTest {
  private final SharedFilters filters = new SharedFilters(new FilterCounts());

  @Test
  void filtersThatAreAlikeAreOneAndThoseThatNobodyHasMakeRoom() {
    SharedFilter first = filters.take(new TagFilter.Exists("a"), 1).orElseThrow();
    assertThat(filters.take(new TagFilter.Exists("a"), 1)).contains(first);
    assertThat(filters.take(new TagFilter.Exists("b"), 1)).as("one too many").isEmpty();
    filters.release(first);
    assertThat(filters.take(new TagFilter.Exists("b"), 1)).as("it has a user left").isEmpty();
    filters.release(first);
    assertThat(filters.take(new TagFilter.Exists("b"), 1)).isPresent();
  }
}
