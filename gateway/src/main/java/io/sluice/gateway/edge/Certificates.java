package io.sluice.gateway.edge;

import io.netty.handler.ssl.ApplicationProtocolConfig;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.handler.ssl.SupportedCipherSuiteFilter;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// From the text of two PEM files to what a handshake needs. Pure.
final class Certificates {
  /// Those of TLS 1.3, and of TLS 1.2 those with forward secrecy and authenticated encryption (RFC
  /// 9325 §4.2).
  private static final List<String> CIPHERS =
      List.of(
          "TLS_AES_128_GCM_SHA256",
          "TLS_AES_256_GCM_SHA384",
          "TLS_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
          "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
          "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
          "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");

  /// Sessions that may be taken up again; a few hundred bytes each.
  private static final int SESSIONS = 20_000;

  private static final Pattern PRIVATE_KEY =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

  private Certificates() {}

  /// @throws IOException saying what is wrong with which of the two
  static SslContext context(byte[] certificate, byte[] key) throws IOException {
    List<X509Certificate> chain = chain(certificate);
    PrivateKey secret = key(key, chain.getFirst().getPublicKey());
    return SslContextBuilder.forServer(secret, chain)
        .sslProvider(SslProvider.JDK)
        .protocols("TLSv1.3", "TLSv1.2")
        .ciphers(CIPHERS, SupportedCipherSuiteFilter.INSTANCE)
        .sessionCacheSize(SESSIONS)
        .applicationProtocolConfig(
            new ApplicationProtocolConfig(
                ApplicationProtocolConfig.Protocol.ALPN,
                ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                ApplicationProtocolNames.HTTP_1_1))
        .build();
  }

  /// Of the first that ends, since a chain is good as long as all of it is.
  static Instant end(List<X509Certificate> chain) {
    return chain.stream()
        .map(it -> it.getNotAfter().toInstant())
        .min(Comparator.naturalOrder())
        .orElseThrow();
  }

  /// The edge's own first, then those that lead to its root; at least one.
  ///
  /// @throws IOException when there is none
  static List<X509Certificate> chain(byte[] pem) throws IOException {
    try {
      List<X509Certificate> chain =
          CertificateFactory.getInstance("X.509")
              .generateCertificates(new ByteArrayInputStream(pem))
              .stream()
              .map(X509Certificate.class::cast)
              .toList();
      if (chain.isEmpty()) {
        throw new IOException("the certificate's file holds no certificate");
      }
      return chain;
    } catch (GeneralSecurityException e) {
      throw new IOException("the certificate's file is not readable as PEM", e);
    }
  }

  /// The key says itself what it is for, but only the certificate's algorithm finds out; that the
  /// two belong together is tried, since handshakes would only fail later.
  private static PrivateKey key(byte[] pem, PublicKey counterpart) throws IOException {
    Matcher found = PRIVATE_KEY.matcher(new String(pem, StandardCharsets.US_ASCII));
    if (!found.find()) {
      throw new IOException(
          "the key's file holds no unencrypted PKCS#8 key (-----BEGIN PRIVATE KEY-----)");
    }
    try {
      PrivateKey key =
          KeyFactory.getInstance(counterpart.getAlgorithm())
              .generatePrivate(
                  new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(found.group(1))));
      if (!belongTogether(key, counterpart)) {
        throw new IOException("the key is not the certificate's");
      }
      return key;
    } catch (GeneralSecurityException | IllegalArgumentException e) {
      throw new IOException("the key is not the certificate's, or not readable", e);
    }
  }

  private static boolean belongTogether(PrivateKey key, PublicKey counterpart)
      throws GeneralSecurityException {
    Signature signature =
        Signature.getInstance(
            switch (counterpart.getAlgorithm()) {
              case "RSA" -> "SHA256withRSA";
              case "EC" -> "SHA256withECDSA";
              default -> counterpart.getAlgorithm(); // EdDSA
            });
    byte[] anything = {1};
    signature.initSign(key);
    signature.update(anything);
    byte[] signed = signature.sign();
    signature.initVerify(counterpart);
    signature.update(anything);
    return signature.verify(signed);
  }
}
