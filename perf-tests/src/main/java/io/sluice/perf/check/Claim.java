package io.sluice.perf.check;

/// What a client relies on that began to listen in the middle, as somebody new or after it was told
/// of a loss: from the position it was answered on, nothing is missing. Only the publishing side
/// can tell, see [Ledger#judge(Claim)].
///
/// @param client who it is
/// @param channel number of the channel
/// @param since offset of the position it was answered
/// @param first sequence number of the first publication it was given then, or of the one that
///   would have been next when nothing more was to come
public record Claim(String client, int channel, long since, long first) {}
