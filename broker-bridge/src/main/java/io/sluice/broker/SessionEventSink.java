package io.sluice.broker;

/// Takes what happens to users' connections.
public interface SessionEventSink {
  /// Takes an event. Any thread; never blocks, never fails: what finds no room is lost and counted.
  void note(SessionEvent event);
}
