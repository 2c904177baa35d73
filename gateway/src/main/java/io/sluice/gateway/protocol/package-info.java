/// The client protocol: commands, replies, pushes and their codes, and how they are written in
/// JSON. Pure: no sockets, threads or clocks. It is the Centrifuge client protocol (MIT), so that
/// the SDKs of that family work unchanged.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.protocol;
