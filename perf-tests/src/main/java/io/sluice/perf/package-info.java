/// The proof: clients that look closely at what they are given, and a checker that knows what they
/// should have been given. [SequenceChecker] judges order and completeness, [ProtocolClient] is one
/// client of the protocol that comes back by itself.
@org.jspecify.annotations.NullMarked
package io.sluice.perf;
