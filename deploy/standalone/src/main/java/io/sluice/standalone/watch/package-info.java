/// A client of the client protocol, enough of it for `subscribe`: JSON over WebSocket, with
/// reconnecting and recovery by position. [Feed] is the protocol without any I/O, [Watcher] the
/// loop around it.
@org.jspecify.annotations.NullMarked
package io.sluice.standalone.watch;
