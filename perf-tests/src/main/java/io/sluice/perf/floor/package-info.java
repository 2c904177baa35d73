/// The machine's limit: what is left of a gateway when everything but the fan-out is taken away. A
/// bare Netty server that speaks just enough of the client protocol to be measured by the same
/// clients as the gateway. It keeps no history, asks nobody for permission and has no metrics, so
/// nothing that does more can be faster; what the gateway does beyond it is the distance between
/// the two.
///
/// [FloorServer] is the entry, [FloorMain] the process.
@org.jspecify.annotations.NullMarked
package io.sluice.perf.floor;
