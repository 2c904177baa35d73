@org.jspecify.annotations.NullMarked
package io.sluice.perf.chaos;
