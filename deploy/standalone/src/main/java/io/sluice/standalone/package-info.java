/// The command line of Sluice. The script `sluice` at the root finds a JDK, builds, and starts
/// [Main]; each command is a class here. `up` is in `up`, the client behind `subscribe` in `watch`,
/// and how commands find a running `up` in `run`.
///
/// Answers go to stdout, progress and warnings to stderr. Exit code 0: done; 1: it did not work; 2:
/// it was asked for wrongly.
@org.jspecify.annotations.NullMarked
package io.sluice.standalone;
