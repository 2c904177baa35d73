/// Processes that measurements need, and what the operating system says of them.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.run;
