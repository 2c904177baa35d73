package io.sluice.gateway;

import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceRequest;
import io.opentelemetry.proto.collector.metrics.v1.ExportMetricsServiceResponse;
import io.opentelemetry.proto.collector.metrics.v1.MetricsServiceGrpc;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.collector.trace.v1.TraceServiceGrpc;
import io.sluice.embedded.SelfMadeCertificate;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/// OTLP over gRPC: a real server of it, with the services of a collector.
final class OtlpOverGrpc implements AutoCloseable {
  private final Server server;

  private OtlpOverGrpc(Server server) {
    this.server = server;
  }

  /// Without TLS.
  ///
  /// @param port 0 = any
  static OtlpOverGrpc plain(
      int port,
      Consumer<ExportTraceServiceRequest> spans,
      Consumer<ExportMetricsServiceRequest> metrics)
      throws IOException {
    return start(on(port), spans, metrics);
  }

  /// With TLS, on any port; without metrics.
  static OtlpOverGrpc secured(
      SelfMadeCertificate certificate, Consumer<ExportTraceServiceRequest> spans)
      throws IOException {
    return start(
        on(0).useTransportSecurity(pem(certificate.certificate()), pem(certificate.privateKey())),
        spans,
        _ -> {});
  }

  private static NettyServerBuilder on(int port) {
    return NettyServerBuilder.forAddress(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
  }

  private static ByteArrayInputStream pem(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
  }

  private static OtlpOverGrpc start(
      NettyServerBuilder builder,
      Consumer<ExportTraceServiceRequest> spans,
      Consumer<ExportMetricsServiceRequest> metrics)
      throws IOException {
    return new OtlpOverGrpc(
        builder.addService(new Traces(spans)).addService(new Metrics(metrics)).build().start());
  }

  private static final class Traces extends TraceServiceGrpc.TraceServiceImplBase {
    private final Consumer<ExportTraceServiceRequest> taking;

    Traces(Consumer<ExportTraceServiceRequest> taking) {
      this.taking = taking;
    }

    @Override
    public void export(
        ExportTraceServiceRequest request, StreamObserver<ExportTraceServiceResponse> answer) {
      taking.accept(request);
      answer.onNext(ExportTraceServiceResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  private static final class Metrics extends MetricsServiceGrpc.MetricsServiceImplBase {
    private final Consumer<ExportMetricsServiceRequest> taking;

    Metrics(Consumer<ExportMetricsServiceRequest> taking) {
      this.taking = taking;
    }

    @Override
    public void export(
        ExportMetricsServiceRequest request, StreamObserver<ExportMetricsServiceResponse> answer) {
      taking.accept(request);
      answer.onNext(ExportMetricsServiceResponse.getDefaultInstance());
      answer.onCompleted();
    }
  }

  int port() {
    return server.getPort();
  }

  @Override
  public void close() {
    server.shutdownNow();
  }
}
