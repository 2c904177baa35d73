package io.sluice.gateway.protocol;

/// The data of a publication for subscribers with deltas.
///
/// @param bytes the payload, or a patch that makes it
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DeltaData(byte[] bytes, Kind kind) {
  /// How the data is to be taken.
  public enum Kind {
    /// As it is.
    WHOLE,
    /// As a patch against the payload before.
    PATCH
  }

  /// A payload as it is.
  public static DeltaData whole(byte[] payload) {
    return new DeltaData(payload, Kind.WHOLE);
  }

  /// A patch.
  public static DeltaData patch(byte[] patch) {
    return new DeltaData(patch, Kind.PATCH);
  }

  boolean isPatch() {
    return kind == Kind.PATCH;
  }
}
