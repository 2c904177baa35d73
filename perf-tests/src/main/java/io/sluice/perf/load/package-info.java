/// Publishing for measurements: numbered, stamped and paced by a schedule.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.load;
