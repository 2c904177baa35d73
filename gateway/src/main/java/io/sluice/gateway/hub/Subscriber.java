package io.sluice.gateway.hub;

import io.sluice.gateway.protocol.WireForm;

/// What the hub knows of a connection. Everything is called on the connection's loop.
public interface Subscriber {
  /// How its pushes are written.
  WireForm form();

  /// Puts a push into its outbox; it is written at the next [#flush].
  ///
  /// @param push shared by all connections of this form; never written to
  /// @return whether it was taken; no: the outbox is full or the connection is ending. The
  ///   connection ends itself then, but only after this call
  boolean offer(byte[] push);

  /// Writes what the outbox holds.
  void flush();

  /// The subscription can no longer keep its promise; it has been removed. The client must be told
  /// before anything else of that channel.
  void insufficientState(Subscription subscription);

  /// Delivering to it failed in a way that nobody foresaw. It ends after this call.
  void broken(RuntimeException cause);

  /// A mark of the shard's own, so that a connection is flushed once a turn.
  boolean markDirty();

  /// Takes the mark away.
  void clearDirty();
}
