package io.sluice.perf.chaos;

import java.util.OptionalLong;

/// One fault of a round and what became of it. Times are [System#nanoTime()].
///
/// @param begin before the fault chose what it hits
/// @param strike from when on something was wrong
/// @param failedOver when Kafka had other leaders than the broker that was hit; absent when none
///   was, or it had not
/// @param end all clients were live and all channels were published to again, or had had the time
///   to be
/// @param fewestLive how many clients were live at the worst moment
record Stage(
    int round,
    Fault fault,
    long begin,
    long strike,
    OptionalLong failedOver,
    long end,
    int clients,
    int fewestLive) {}
