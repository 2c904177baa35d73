/// How `bench` and `chaos` are called and interrupted, the processes they need, and what the
/// operating system says of those.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.run;
