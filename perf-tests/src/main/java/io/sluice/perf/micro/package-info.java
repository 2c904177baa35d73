/// Microbenchmarks (JMH) of what every message goes through: codec, window, hub, positions. Their
/// names are the names of figures, so they stay. [Micro] runs them all.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.micro;
