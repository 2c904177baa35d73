package io.sluice.gateway.edge;

import io.sluice.gateway.config.TlsConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/// A look at the edge's certificate and key, for who wants to know beforehand whether they are
/// good.
///
/// @param subject whose the certificate is
/// @param from when it begins to be good
/// @param until when it, or one that leads to its root, ends
public record CertificateLook(String subject, Instant from, Instant until) {
  /// Reads both files as the edge does.
  ///
  /// @param tls which is on
  /// @throws IOException saying what is wrong with which of the two
  public static CertificateLook at(TlsConfig tls) throws IOException {
    byte[] certificate = Files.readAllBytes(Path.of(tls.certificate()));
    var _ = Certificates.context(certificate, Files.readAllBytes(Path.of(tls.key())));
    List<X509Certificate> chain = Certificates.chain(certificate);
    X509Certificate own = chain.getFirst();
    return new CertificateLook(
        own.getSubjectX500Principal().getName(),
        own.getNotBefore().toInstant(),
        Certificates.end(chain));
  }
}
