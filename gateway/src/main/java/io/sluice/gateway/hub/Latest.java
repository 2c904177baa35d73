package io.sluice.gateway.hub;

import io.sluice.broker.Newest;
import io.sluice.broker.Position;
import io.sluice.broker.Publication;
import java.util.Optional;

/// What subscribing to a channel came to of which only the newest value counts.
///
/// @param newest what is known of it
/// @param at the position to tell: before the value where that follows as a push
/// @param given the value, for the answer
/// @param bytes what it takes there
/// @param follows whether the value comes as a push, once [HubShard#readTogether] was called
public record Latest(
    Newest newest, Position at, Optional<Publication> given, long bytes, boolean follows) {}
