package io.sluice.gateway.presence;

import io.sluice.gateway.protocol.ClientInfo;

/// A member as nodes tell one another.
///
/// @param session names the user's session; "" = it has none
/// @param generation of two members of one session, the one of the higher counts
record Seen(ClientInfo who, String session, long generation) {}
