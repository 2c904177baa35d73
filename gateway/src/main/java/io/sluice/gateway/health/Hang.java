package io.sluice.gateway.health;

import java.time.Duration;
import java.time.Instant;

/// A thread that does not go on.
///
/// @param thread its name
/// @param since when it should have gone on
/// @param length how long that is, without the time in which the process itself did not run
public record Hang(String thread, Watched.Kind kind, Instant since, Duration length) {}
