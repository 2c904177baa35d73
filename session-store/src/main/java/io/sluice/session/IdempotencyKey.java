package io.sluice.session;

/// What a publish is known by, so that its repetitions are recognised.
///
/// @param channel the channel's full name, 1 to 4,096 characters
/// @param key chosen by the publishing service, 1 to 128 characters
public record IdempotencyKey(String channel, String key) {
  /// The longest channel name.
  public static final int MAX_CHANNEL = 4096;

  /// The longest key.
  public static final int MAX_KEY = 128;

  public IdempotencyKey {
    if (channel.isEmpty() || channel.length() > MAX_CHANNEL) {
      throw new IllegalArgumentException(
          "a channel has 1 to " + MAX_CHANNEL + " characters: " + channel.length());
    }
    if (key.isEmpty() || key.length() > MAX_KEY) {
      throw new IllegalArgumentException(
          "an idempotency key has 1 to " + MAX_KEY + " characters: " + key.length());
    }
  }
}
