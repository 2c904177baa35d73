/// `./sluice chaos`: a cluster of real processes that are killed, frozen and cut off while clients
/// listen and publish, and the judge of what they were given.
///
/// [Round] plays [Fault]s one after another on a [Cluster]; [Crowd] and [Publishing] write down
/// what happens to them; [Judge] compares that with what is in Kafka.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.chaos;
