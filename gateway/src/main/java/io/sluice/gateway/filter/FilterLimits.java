package io.sluice.gateway.filter;

/// How much a filter may ask for.
///
/// @param bytes of it as the client wrote it
/// @param depth of nodes within nodes
/// @param nodes of it, each value of a list among them
public record FilterLimits(int bytes, int depth, int nodes) {}
