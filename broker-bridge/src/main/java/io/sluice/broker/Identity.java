package io.sluice.broker;

/// Who publishes through a gateway; kept with the record in headers that only gateways write.
///
/// @param user the user's id, or empty for an anonymous one
/// @param client the connection's id, or empty when it came over the HTTP API
public record Identity(String user, String client) {}
