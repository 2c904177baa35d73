/// A real Kafka broker and a real Redis server on loopback, for `sluice up` and for tests: nothing
/// to install, nothing shared with the machine. Not for production. And [EmbeddedCollector], who
/// takes spans and metrics, for tests and for the report of `sluice stress`.
///
/// Start with [EmbeddedKafka#builder()] and [EmbeddedRedis#builder()]. Both fail with a
/// [PortTakenException] when a wanted port is in use and with an [EmbeddedStartException]
/// otherwise; both are safe to use from any thread; `close()` is idempotent and takes less than
/// five seconds.
@org.jspecify.annotations.NullMarked
package io.sluice.embedded;
