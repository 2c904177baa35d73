package io.sluice.gateway.telemetry;

import io.sluice.broker.PublishOutcome;
import io.sluice.broker.RecordTraces;

/// A publish that is not traced here, by a caller whose trace goes on at those who read the record.
///
/// @param traceparent the caller's
record PassedOn(String traceparent) implements RecordTraces.Publish {
  @Override
  public void answered(PublishOutcome outcome) {}
}
