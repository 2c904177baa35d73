package io.sluice.perf.load;

/// A way to publish. One thread publishes; outcomes come on any.
public interface Publisher extends AutoCloseable {
  /// What became of one publication.
  interface Outcome {
    /// The log has it.
    ///
    /// @param offset the position after it, or -1 where the server does not say
    void acknowledged(long offset);

    /// It was refused, or nobody knows.
    void failed(String why);
  }

  /// Sends; may wait for room.
  ///
  /// @param payload JSON
  void publish(String channel, byte[] payload, Outcome outcome);

  /// Waits for outstanding outcomes, for a few seconds at most.
  @Override
  void close();
}
