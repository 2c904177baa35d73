package io.sluice.gateway.config;

/// `tokens.*`: which tokens are good. Each algorithm has keys of its own, and a token is judged
/// only with those of the algorithm that its header names.
///
/// @param keys what tokens are signed with
/// @param secondKeys others that are good too, while keys are being changed
/// @param audience must be among a token's `aud`; "" = not looked at
/// @param issuer must be a token's `iss`; "" = not looked at
/// @param anonymous whether clients without a token may connect
public record TokenConfig(
    TokenKeys keys, TokenKeys secondKeys, String audience, String issuer, boolean anonymous) {
  public TokenConfig {
    new Checks()
        .that(
            anonymous || !keys.none(),
            "tokens: nobody could connect; set tokens.hmac-secret, tokens.rsa-public-key or"
                + " tokens.ecdsa-public-key, or tokens.anonymous: true")
        .done();
  }

  /// With one key an algorithm.
  public TokenConfig(
      String hmacSecret,
      String rsaPublicKey,
      String ecdsaPublicKey,
      String audience,
      String issuer,
      boolean anonymous) {
    this(
        new TokenKeys("tokens.", hmacSecret, rsaPublicKey, ecdsaPublicKey),
        new TokenKeys("tokens.second-", "", "", ""),
        audience,
        issuer,
        anonymous);
  }

  /// For HS256, as UTF-8; "" = there is none; a secret.
  public String hmacSecret() {
    return keys.hmacSecret();
  }

  static TokenConfig read(Settings in) {
    var keys = in.section(() -> TokenKeys.read(in, "tokens."));
    var second = in.section(() -> TokenKeys.read(in, "tokens.second-"));
    String audience = in.text("tokens.audience", "");
    String issuer = in.text("tokens.issuer", "");
    boolean anonymous = in.flag("tokens.anonymous", false);
    return new TokenConfig(
        keys.orElse(new TokenKeys("tokens.", "", "", "")),
        second.orElse(new TokenKeys("tokens.second-", "", "", "")),
        audience,
        issuer,
        anonymous || keys.isEmpty()); // what is wrong with them has been said
  }

  void write(Listing out) {
    keys.write(out);
    secondKeys.write(out);
    out.add("tokens.audience", audience)
        .add("tokens.issuer", issuer)
        .add("tokens.anonymous", anonymous);
  }

  /// Without the keys.
  @Override
  public String toString() {
    return "TokenConfig[audience '" + audience + "', issuer '" + issuer + "']";
  }
}
