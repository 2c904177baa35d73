package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.Ending;
import io.sluice.gateway.protocol.WireForm;

/// How a connection's messages reach its client; also its outbox. Confined to the event loop.
interface Transport {
  WireForm form();

  /// What it is called, as in the path that it is asked for with.
  String label();

  /// Whose flush is to be called when the socket has taken what it was given, if more waits.
  void owner(Runnable flush);

  /// Puts a reply into the outbox, which is bounded in bytes; an empty one takes one message
  /// whatever its size.
  ///
  /// @return whether there was room
  boolean append(byte[] message);

  /// The same with a publication, which finds half as much room: it can be had again later.
  boolean offer(byte[] push);

  /// Bytes of pushes for which there is room now.
  long room();

  /// Bytes that wait for the socket, those included that it has yet to take.
  long queued();

  /// Whether the socket has yet to take something it was given.
  boolean backlogged();

  /// How often the socket has caught up with what it was given.
  int drains();

  /// Runs a task, after the present one, when the socket has taken all it was given; also when it
  /// is closed before that.
  void whenRoom(Runnable then);

  /// Whether there is something in the outbox.
  boolean waiting();

  /// From now on each publication carries the position after it, see [WireForm#withMarks].
  void markEach();

  /// Puts a position token behind all that is in the outbox.
  ///
  /// @return whether there was room
  boolean mark(String token);

  /// Writes what is in the outbox, unless the socket has yet to take something.
  void flush();

  /// Forgets what is in the outbox: the socket has gone.
  void discard();

  /// Asks the client for a sign of life, or gives it one.
  void ping();

  /// Whether the client's commands come in on the same socket.
  boolean duplex();

  /// Whether the client answers [#ping].
  boolean answersPings();

  /// Tells the client why and closes, without waiting longer than a few seconds for a peer that
  /// does not read.
  void end(Ending why);
}
