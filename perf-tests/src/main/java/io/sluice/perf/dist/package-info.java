/// What `./sluice package` needs beside the JDK's own tools: a node's training run, and a list of
/// the libraries that are shipped.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.dist;
