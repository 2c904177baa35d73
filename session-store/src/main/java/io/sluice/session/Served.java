package io.sluice.session;

/// Up to where a connection was served in a channel: the client has everything of it up to the
/// position it was told, and below `liveUntil` there is nothing more of it. So a client that comes
/// back with exactly that position needs to be given nothing below `liveUntil`, however much
/// happened in other channels meanwhile.
///
/// @param channel its full name
/// @param epoch of both offsets, as the client was told it
/// @param told the offset of the position its client has
/// @param liveUntil at or above `told`
public record Served(String channel, String epoch, long told, long liveUntil) {
  public Served {
    if (told < 0 || liveUntil < told) {
      throw new IllegalArgumentException(
          "offsets rise from 0: told " + told + ", live until " + liveUntil);
    }
  }
}
