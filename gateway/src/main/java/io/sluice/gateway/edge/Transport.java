package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.Disconnect;
import io.sluice.gateway.protocol.WireForm;

/// How a connection's messages reach its client; also its outbox. Confined to the event loop.
interface Transport {
  WireForm form();

  /// Puts a message into the outbox, which is bounded in bytes; an empty one takes one message
  /// whatever its size.
  ///
  /// @return whether there was room
  boolean append(byte[] message);

  /// Whether there is something in the outbox.
  boolean waiting();

  /// From now on each publication carries the position after it, see [WireForm#withMarks].
  void markEach();

  /// Puts a position token behind all that is in the outbox.
  ///
  /// @return whether there was room
  boolean mark(String token);

  /// Writes what is in the outbox.
  void flush();

  /// Asks the client for a sign of life, or gives it one.
  void ping();

  /// Whether the client's commands come in on the same socket.
  boolean duplex();

  /// Whether the client answers [#ping].
  boolean answersPings();

  /// Tells the client why and closes, without waiting longer than a few seconds for a peer that
  /// does not read.
  void end(Disconnect why);
}
