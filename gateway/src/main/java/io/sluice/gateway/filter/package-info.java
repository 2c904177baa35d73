/// Which publications of a channel a subscriber wants, by their tags: reading such a filter, and
/// applying it.
@NullMarked
package io.sluice.gateway.filter;

import org.jspecify.annotations.NullMarked;
