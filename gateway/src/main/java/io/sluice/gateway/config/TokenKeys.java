package io.sluice.gateway.config;

import java.nio.charset.StandardCharsets;

/// One key for each algorithm of tokens.
///
/// @param prefix of their names in the configuration
/// @param hmacSecret for HS256, as UTF-8; "" = there is none; a secret
/// @param rsaPublicKey for RS256, PEM; "" = there is none
/// @param ecdsaPublicKey for ES256, PEM, on the curve P-256; "" = there is none
public record TokenKeys(
    String prefix, String hmacSecret, String rsaPublicKey, String ecdsaPublicKey) {
  /// RFC 7518 §3.2: an HS256 key is at least as long as its hash.
  private static final int SHORTEST_SECRET = 32;

  public TokenKeys {
    int length = hmacSecret.getBytes(StandardCharsets.UTF_8).length;
    new Checks()
        .that(
            length == 0 || length >= SHORTEST_SECRET,
            "%shmac-secret: its %d bytes are fewer than %d"
                .formatted(prefix, length, SHORTEST_SECRET))
        .that(isPem(rsaPublicKey), notPem(prefix + "rsa-public-key"))
        .that(isPem(ecdsaPublicKey), notPem(prefix + "ecdsa-public-key"))
        .done();
  }

  /// Whether there is none at all.
  boolean none() {
    return hmacSecret.isEmpty() && rsaPublicKey.isEmpty() && ecdsaPublicKey.isEmpty();
  }

  private static boolean isPem(String text) {
    return text.isEmpty()
        || (text.contains("-----BEGIN PUBLIC KEY-----")
            && text.contains("-----END PUBLIC KEY-----"));
  }

  private static String notPem(String key) {
    return key + ": its value is not a PEM text with BEGIN PUBLIC KEY and END PUBLIC KEY";
  }

  static TokenKeys read(Settings in, String prefix) {
    return new TokenKeys(
        prefix,
        in.secret(prefix + "hmac-secret"),
        in.secret(prefix + "rsa-public-key"),
        in.secret(prefix + "ecdsa-public-key"));
  }

  void write(Listing out) {
    out.addSecret(prefix + "hmac-secret", hmacSecret)
        .addSecret(prefix + "rsa-public-key", rsaPublicKey)
        .addSecret(prefix + "ecdsa-public-key", ecdsaPublicKey);
  }

  /// Without the keys.
  @Override
  public String toString() {
    return "TokenKeys[" + prefix + "*]";
  }
}
