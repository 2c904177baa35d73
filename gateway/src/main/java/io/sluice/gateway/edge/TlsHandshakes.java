package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/// TLS on new sockets. Signatures of handshakes, about a millisecond each, are made on threads of
/// their own, so that a storm of handshakes delays no delivery. For any thread.
final class TlsHandshakes implements AutoCloseable {
  /// Half the cores are left for the loops.
  private static final int THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

  /// Handshakes that may wait; about as many as are done in `edge.handshake-timeout`. One more is
  /// cut.
  private static final int QUEUE = 10_000;

  private final TlsFiles files;
  private final TlsFailures failures;
  private final Admission admission;
  private final ExecutorService signing;

  /// @param signing closed together with this
  TlsHandshakes(
      TlsFiles files, TlsFailures failures, Admission admission, ExecutorService signing) {
    this.files = files;
    this.failures = failures;
    this.admission = admission;
    this.signing = signing;
  }

  /// @param queue handshakes that may wait for one of the threads
  static ThreadPoolExecutor signing(int threads, int queue) {
    return new ThreadPoolExecutor(
        threads,
        threads,
        0,
        TimeUnit.SECONDS,
        new ArrayBlockingQueue<>(queue),
        new DefaultThreadFactory("sluice-tls", true));
  }

  /// @throws IOException naming the keys, when the files are not good
  static TlsHandshakes open(EdgeContext context) throws IOException {
    return new TlsHandshakes(
        TlsFiles.open(context.edge().tls(), context.metrics()),
        new TlsFailures(context.metrics()),
        context.admission(),
        signing(THREADS, QUEUE));
  }

  /// Puts TLS on a socket.
  void secure(Channel channel) {
    SslHandler tls =
        files
            .current()
            .newHandler(channel.alloc(), new TlsSigning(signing, admission, Peer.of(channel)));
    tls.setHandshakeTimeoutMillis(0); // the request handler's time includes it
    channel.pipeline().addLast(new TlsHandshakeBytes(tls), tls, failures);
  }

  @Override
  public void close() {
    files.close();
    signing.shutdownNow();
  }
}
