package io.sluice.gateway.protocol;

/// A connection as other clients see it.
///
/// @param user "" = anonymous
/// @param client the connection's id
/// @param info what its token says of the user, a JSON object as text; "" = nothing
public record ClientInfo(String user, String client, String info) {}
