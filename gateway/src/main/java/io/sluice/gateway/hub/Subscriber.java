package io.sluice.gateway.hub;

import io.sluice.gateway.protocol.WireForm;

/// What the hub knows of a connection. Everything is called on the connection's loop.
public interface Subscriber {
  /// What became of a push.
  enum Offered {
    /// It is in the outbox.
    TAKEN,
    /// There was no room; [#whenRoom] tells when to try again.
    FULL,
    /// It is not wanted any more: the connection is ending.
    DROPPED
  }

  /// How its pushes are written.
  WireForm form();

  /// Puts a push into its outbox; it is written at the next [#flush].
  ///
  /// @param push shared by all connections of this form; never written to
  Offered offer(byte[] push);

  /// What it took last has just come: it says how old that is once it is written.
  ///
  /// @param time the record's, milliseconds since 1970
  /// @param ages counts it; of the record's namespace and this loop
  void news(long time, LoopAges ages);

  /// Writes what the outbox holds, as far as the socket takes it.
  void flush();

  /// Whether the socket has yet to take something it was given.
  boolean backlogged();

  /// Runs a task on the loop, after the present one, as soon as the socket has taken all it was
  /// given; also when the connection ends before that.
  void whenRoom(Runnable then);

  /// The subscription can no longer keep its promise; it has been removed. The client must be told
  /// before anything else of that channel.
  void insufficientState(Subscription subscription, Lost why);

  /// Delivering to it failed in a way that nobody foresaw. It ends after this call.
  void broken(Throwable cause);

  /// The lanes of the shard's [FlushQueue] it stands in, a bit for each; 0 at first. The shard's
  /// own.
  int lanes();

  /// Sets what [#lanes] says.
  void lanes(int lanes);
}
