package io.sluice.gateway.edge;

/// What became of a compressed message.
sealed interface Inflated {
  /// It is this.
  ///
  /// @param bytes decompressed
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Message(byte[] bytes) implements Inflated {}

  /// It is larger than allowed; nothing was decompressed beyond that.
  record TooLarge() implements Inflated {}

  /// It is not what a compressor makes.
  record Corrupt() implements Inflated {}
}
