package io.sluice.gateway.edge;

import io.netty.util.internal.PlatformDependent;
import io.sluice.gateway.config.EdgeConfig;

/// What the edge may hold at most, in bytes, as far as configuration says: on the heap, and outside
/// of it in buffers. Pure.
///
/// A connection counts as an idle one with one subscription. Not in it is what peers could do all
/// at once: further subscriptions, `edge.max-channels` each (all of them would be many times the
/// heap); messages that are not whole yet, `edge.max-message` each; requests that are not,
/// `edge.max-headers` each; different filters.
///
/// @param connections those there may be
/// @param connectionBuffers the same, outside of the heap
/// @param pending sockets that are no connection
/// @param pendingBuffers the same, outside of the heap
/// @param outboxes what waits to be written, and once more outside of the heap: each part of it
///   lies in one of the two, but all may lie in either
/// @param bodies of requests under way
/// @param loops what each event loop has for itself
/// @param loopBuffers the same, outside of the heap
public record EdgeMemory(
    long connections,
    long connectionBuffers,
    long pending,
    long pendingBuffers,
    long outboxes,
    long bodies,
    long loops,
    long loopBuffers) {
  /// Measured, with compact object headers: 2.7 KB of heap and 0.6 KB outside (`./sluice bench
  /// --only 'idle memory'`).
  static final int CONNECTION = 2_816;

  static final int CONNECTION_BUFFERS = 768;

  /// What the kernel takes for a connection, beside all that; of the machine's memory, and
  /// containers count it.
  public static final int KERNEL = 5_000;

  /// What TLS adds on the heap, the JDK's engine and its ciphers: 5.2 KB, measured on 1,500 idle
  /// WebSockets with TLS 1.3.
  static final int TLS = 6 << 10;

  /// A socket with an HTTP decoder and its timers, before it has asked for anything: 1.9 KB,
  /// measured on 3,000 of them.
  static final int PENDING = 2 << 10;

  static final int PENDING_BUFFERS = 512;

  /// Patches take 192 KiB; timers, tables and scratch are the rest.
  static final int LOOP = 512 << 10;

  /// A list that an outbox has used and another may ([SpareLists]); not more than connections.
  static final int SPARE_LIST = 384;

  /// Netty's chunks of 4 MiB, of which a loop begins one and rarely another, and what is read.
  static final int LOOP_BUFFERS = 8 << 20;

  /// What a node of this configuration may hold.
  public static EdgeMemory of(EdgeConfig edge) {
    int loops = EdgeLoops.count(edge.loops());
    int tls = edge.tls().on() ? TLS : 0;
    long connections = edge.maxConnections();
    long pending = edge.limits().maxPending();
    return new EdgeMemory(
        connections * (CONNECTION + tls),
        connections * CONNECTION_BUFFERS,
        pending * (PENDING + tls),
        pending * PENDING_BUFFERS,
        edge.outboxes().bytes(),
        2L * loops * RequestBody.mostOfALoop(loops, edge.maxMessage().asInt()),
        (long) loops * LOOP + Math.min(connections, (long) loops * SpareLists.MOST) * SPARE_LIST,
        (long) loops * LOOP_BUFFERS);
  }

  /// How much Netty takes outside of the heap before it fails.
  public static long mostBuffers() {
    return PlatformDependent.maxDirectMemory();
  }
}
