package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import io.sluice.gateway.config.TokenConfig;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// One key per algorithm. The header of a token only chooses among these pairs, so it can neither
/// bring `none` nor have a public key used as a secret. Immutable; for any thread.
final class Signatures implements SignatureCheck {
  private final Map<JWSAlgorithm, JWSVerifier> byAlgorithm;

  /// @throws io.sluice.gateway.config.ConfigException when a key cannot be used
  Signatures(TokenConfig config) {
    Map<JWSAlgorithm, JWSVerifier> verifiers = new HashMap<>();
    try {
      if (!config.hmacSecret().isEmpty()) {
        verifiers.put(JWSAlgorithm.HS256, new MACVerifier(config.hmacSecret()));
      }
      if (!config.rsaPublicKey().isEmpty()) {
        var key = PublicKeyPem.rsa("tokens.rsa-public-key", config.rsaPublicKey());
        verifiers.put(JWSAlgorithm.RS256, new RSASSAVerifier(key));
      }
      if (!config.ecdsaPublicKey().isEmpty()) {
        var key = PublicKeyPem.p256("tokens.ecdsa-public-key", config.ecdsaPublicKey());
        verifiers.put(JWSAlgorithm.ES256, new ECDSAVerifier(key));
      }
    } catch (JOSEException e) {
      throw new IllegalStateException("keys that were checked before are refused", e);
    }
    this.byAlgorithm = Map.copyOf(verifiers);
  }

  @Override
  public Optional<String> fault(JWSObject token) {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    JWSVerifier verifier = byAlgorithm.get(algorithm);
    if (verifier == null) {
      return Optional.of("its algorithm is not one that a key is configured for");
    }
    try {
      return token.verify(verifier)
          ? Optional.empty()
          : Optional.of("its " + algorithm + " signature is wrong");
    } catch (JOSEException _) {
      return Optional.of("its " + algorithm + " signature cannot be checked");
    }
  }
}
