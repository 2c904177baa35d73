package io.sluice.gateway.hub;

/// A delivery that was traced, as an example of those in its bucket.
///
/// @param age in seconds
/// @param trace the trace's id, 32 hexadecimal digits
/// @param span the span's id, 16 hexadecimal digits
/// @param at when it was written, milliseconds since 1970
public record AgeExample(double age, String trace, String span, long at) {}
