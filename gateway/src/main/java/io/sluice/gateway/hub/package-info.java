/// Which connections want which channel, and how publications get from the windows to their
/// outboxes. One [HubShard] per event loop, confined to its thread; tailers only raise flags.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.hub;
