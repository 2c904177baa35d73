package io.sluice.gateway.config;

import java.nio.charset.StandardCharsets;

/// `tokens.*`: which tokens are good. Each algorithm has a key of its own, and a token is judged
/// only with the key of the algorithm that its header names.
///
/// @param hmacSecret for HS256, as UTF-8; "" = HS256 is refused; a secret
/// @param rsaPublicKey for RS256, PEM; "" = RS256 is refused
/// @param ecdsaPublicKey for ES256, PEM, on the curve P-256; "" = ES256 is refused
/// @param audience must be among a token's `aud`; "" = not looked at
/// @param issuer must be a token's `iss`; "" = not looked at
/// @param anonymous whether clients without a token may connect
public record TokenConfig(
    String hmacSecret,
    String rsaPublicKey,
    String ecdsaPublicKey,
    String audience,
    String issuer,
    boolean anonymous) {
  /// RFC 7518 §3.2: an HS256 key is at least as long as its hash.
  private static final int SHORTEST_SECRET = 32;

  public TokenConfig {
    int length = hmacSecret.getBytes(StandardCharsets.UTF_8).length;
    new Checks()
        .that(
            length == 0 || length >= SHORTEST_SECRET,
            "tokens.hmac-secret: its %d bytes are fewer than %d".formatted(length, SHORTEST_SECRET))
        .that(
            anonymous
                || !(hmacSecret.isEmpty() && rsaPublicKey.isEmpty() && ecdsaPublicKey.isEmpty()),
            "tokens: nobody could connect; set tokens.hmac-secret, tokens.rsa-public-key or"
                + " tokens.ecdsa-public-key, or tokens.anonymous: true")
        .that(isPem(rsaPublicKey), notPem("tokens.rsa-public-key"))
        .that(isPem(ecdsaPublicKey), notPem("tokens.ecdsa-public-key"))
        .done();
  }

  private static boolean isPem(String text) {
    return text.isEmpty()
        || (text.contains("-----BEGIN PUBLIC KEY-----")
            && text.contains("-----END PUBLIC KEY-----"));
  }

  private static String notPem(String key) {
    return key + ": its value is not a PEM text with BEGIN PUBLIC KEY and END PUBLIC KEY";
  }

  static TokenConfig read(Settings in) {
    return new TokenConfig(
        in.secret("tokens.hmac-secret"),
        in.secret("tokens.rsa-public-key"),
        in.secret("tokens.ecdsa-public-key"),
        in.text("tokens.audience", ""),
        in.text("tokens.issuer", ""),
        in.flag("tokens.anonymous", false));
  }

  void write(Listing out) {
    out.addSecret("tokens.hmac-secret", hmacSecret)
        .addSecret("tokens.rsa-public-key", rsaPublicKey)
        .addSecret("tokens.ecdsa-public-key", ecdsaPublicKey)
        .add("tokens.audience", audience)
        .add("tokens.issuer", issuer)
        .add("tokens.anonymous", anonymous);
  }

  /// Without the keys.
  @Override
  public String toString() {
    return "TokenConfig[audience '" + audience + "', issuer '" + issuer + "']";
  }
}
