package io.sluice.gateway.hub;

/// What a connection remembers of a subscription whose client was asked to come back because its
/// position had grown old: up to where it was served meanwhile. A client that presents exactly that
/// position goes on from there, and nothing between is looked at again.
///
/// @param window the serial of the window the offsets are of
/// @param told the position the client has
/// @param liveUntil the Kafka offset below which it was given everything
public record Anchor(long window, long told, long liveUntil) {}
