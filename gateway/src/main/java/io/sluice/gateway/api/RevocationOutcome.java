package io.sluice.gateway.api;

import io.sluice.broker.Revocation;
import io.sluice.broker.TellOutcome;

/// What became of a revocation.
///
/// @param told whether nodes will know of it
/// @param counts what counts then for the user: that and what was known before, together
public record RevocationOutcome(TellOutcome told, Revocation counts) {}
