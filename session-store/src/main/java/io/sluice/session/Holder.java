package io.sluice.session;

/// A connection somewhere in the cluster.
///
/// @param node the gateway node that has it
/// @param client its id on that node
public record Holder(String node, String client) {}
