package io.sluice.gateway;

import io.sluice.gateway.config.OtlpProtocol;
import org.junit.jupiter.api.Tag;

/// Over gRPC. That spans come that way is in every run, see [GrpcClassesTest].
@Tag("full")
final class TracingOverGrpcTest extends TracingCases {
  TracingOverGrpcTest() throws Exception {
    super(OtlpProtocol.GRPC);
  }
}
