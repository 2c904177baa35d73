package io.sluice.gateway;

import io.sluice.gateway.config.OtlpProtocol;

/// Over HTTP.
final class TracingTest extends TracingCases {
  TracingTest() throws Exception {
    super(OtlpProtocol.HTTP_PROTOBUF);
  }
}
