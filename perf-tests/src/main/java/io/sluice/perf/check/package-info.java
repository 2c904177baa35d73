/// The checker: knows what clients should have been given and says what was wrong.
/// [SequenceChecker] judges many clients, [ChannelWatch] one client on one channel, and a
/// [io.sluice.perf.check.Ledger] remembers what producers published.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.check;
