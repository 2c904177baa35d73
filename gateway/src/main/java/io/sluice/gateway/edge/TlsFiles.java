package io.sluice.gateway.edge;

import io.netty.handler.ssl.SslContext;
import io.sluice.gateway.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The certificate in use, and a thread that takes over a new one when the files change. They are
/// read whole each time: a few kilobytes, and neither times nor sizes tell of every change. Open
/// connections go on with what they have. [#current] is for any thread.
final class TlsFiles implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

  private final TlsConfig config;
  private final EdgeMetrics metrics;
  private final Thread watch;
  private volatile SslContext current;
  private Pair seen;

  /// What both files hold.
  @SuppressWarnings("ArrayRecordComponent") // compared by [#sameAs]
  private record Pair(byte[] certificate, byte[] key) {
    static Pair read(TlsConfig config) throws IOException {
      return new Pair(
          Files.readAllBytes(Path.of(config.certificate())),
          Files.readAllBytes(Path.of(config.key())));
    }

    boolean sameAs(Pair other) {
      return Arrays.equals(certificate, other.certificate) && Arrays.equals(key, other.key);
    }

    SslContext context() throws IOException {
      return Certificates.context(certificate, key);
    }

    Instant end() throws IOException {
      return Certificates.end(Certificates.chain(certificate));
    }

    /// Never the key.
    @Override
    public String toString() {
      return "Pair";
    }
  }

  private TlsFiles(TlsConfig config, EdgeMetrics metrics, Pair first) throws IOException {
    this.config = config;
    this.metrics = metrics;
    this.seen = first;
    this.current = first.context();
    metrics.certificateEnds(first.end());
    this.watch = Thread.ofPlatform().daemon().name("sluice-tls-files").unstarted(this::watch);
  }

  /// Reads both files and begins to watch them.
  ///
  /// @throws IOException naming the keys, when they are not good
  static TlsFiles open(TlsConfig config, EdgeMetrics metrics) throws IOException {
    try {
      TlsFiles files = new TlsFiles(config, metrics, Pair.read(config));
      files.watch.start();
      return files;
    } catch (IOException e) {
      throw new IOException(
          "the edge has no certificate: %s (edge.tls.certificate: %s, edge.tls.key: %s)"
              .formatted(said(e), config.certificate(), config.key()),
          e);
    }
  }

  /// For the next connection.
  SslContext current() {
    return current;
  }

  private void watch() {
    try {
      while (true) {
        Thread.sleep(config.reload());
        look();
      }
    } catch (InterruptedException _) {
      // closed
    }
  }

  /// A pair that is not good stays unused until it changes again: it is warned about once. Files
  /// that cannot be read are tried again; they may be about to be replaced.
  private void look() {
    try {
      Pair now = Pair.read(config);
      if (now.sameAs(seen)) {
        return;
      }
      seen = now;
      current = now.context();
      metrics.certificateEnds(now.end());
      metrics.certificate("taken-over");
      log.info("certificate taken over file={}", config.certificate());
    } catch (IOException | RuntimeException e) {
      metrics.certificate("refused");
      log.warn("certificate not taken over, the old one stays reason=\"{}\"", said(e));
    }
  }

  /// Exceptions of the file system say only which file.
  private static String said(Exception e) {
    return e.getClass() == IOException.class ? String.valueOf(e.getMessage()) : e.toString();
  }

  @Override
  public void close() {
    watch.interrupt();
  }
}
