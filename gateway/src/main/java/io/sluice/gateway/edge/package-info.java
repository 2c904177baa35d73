/// The public listener: HTTP, WebSocket and server-sent events on Netty, and the connections behind
/// them. A connection is confined to its event loop; nothing here blocks.
@org.jspecify.annotations.NullMarked
package io.sluice.gateway.edge;
