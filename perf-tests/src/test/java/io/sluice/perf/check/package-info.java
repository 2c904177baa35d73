@org.jspecify.annotations.NullMarked
package io.sluice.perf.check;
