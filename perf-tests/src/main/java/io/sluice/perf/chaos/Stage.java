package io.sluice.perf.chaos;

/// One fault of a round and what became of it. Times are [System#nanoTime()].
///
/// @param fewestLive how many clients were live at the worst moment
/// @param end all clients were live again, or had had the time to be
record Stage(int round, Fault fault, long begin, long end, int clients, int fewestLive) {}
