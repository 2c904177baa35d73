/// `./sluice bench`: what a server costs and how fast it is, against the machine's limit, in one
/// run.
///
/// A [io.sluice.perf.bench.Bench] runs [io.sluice.perf.bench.Scenario]s on
/// [io.sluice.perf.bench.Contender]s, round by round with the contenders taking turns, and collects
/// [io.sluice.perf.bench.Findings]. Another server is another [io.sluice.perf.bench.Contender].
@org.jspecify.annotations.NullMarked
package io.sluice.perf.bench;
