package io.sluice.embedded;

import java.util.Locale;
import java.util.Map;
import java.util.UUID;

/// What the SASL/SCRAM + TLS listener needs on both sides: a certificate made for this start and
/// one user with a password made for this start.
record SecuredListener(SelfMadeCertificate certificate, String user, String password) {
  static final String NAME = "SECURED";
  static final String MECHANISM = "SCRAM-SHA-512";
  private static final String LOGIN_MODULE =
      "org.apache.kafka.common.security.scram.ScramLoginModule required";

  static SecuredListener create() {
    return new SecuredListener(
        SelfMadeCertificate.create(), "sluice", UUID.randomUUID().toString());
  }

  Map<String, String> brokerProperties() {
    String listener = "listener.name." + NAME.toLowerCase(Locale.ROOT) + ".";
    return Map.of(
        listener + "sasl.enabled.mechanisms",
        MECHANISM,
        listener + "scram-sha-512.sasl.jaas.config",
        LOGIN_MODULE + ";",
        listener + "ssl.keystore.type",
        "PEM",
        listener + "ssl.keystore.key",
        certificate.privateKey(),
        listener + "ssl.keystore.certificate.chain",
        certificate.certificate());
  }

  Map<String, String> clientProperties() {
    return Map.of(
        "security.protocol",
        "SASL_SSL",
        "sasl.mechanism",
        MECHANISM,
        "sasl.jaas.config",
        LOGIN_MODULE + " username=\"" + user + "\" password=\"" + password + "\";",
        "ssl.truststore.type",
        "PEM",
        "ssl.truststore.certificates",
        certificate.certificate());
  }

  /// Never the password.
  @Override
  public String toString() {
    return "SecuredListener[user=" + user + "]";
  }
}
