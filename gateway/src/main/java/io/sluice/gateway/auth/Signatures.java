package io.sluice.gateway.auth;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import io.sluice.gateway.config.TokenConfig;
import io.sluice.gateway.config.TokenKeys;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// One or two keys per algorithm. The header of a token only chooses among these pairs, so it can
/// neither bring `none` nor have a public key used as a secret. Immutable; for any thread.
final class Signatures implements SignatureCheck {
  private final Map<JWSAlgorithm, List<JWSVerifier>> byAlgorithm = new HashMap<>();

  /// @throws io.sluice.gateway.config.ConfigException when a key cannot be used
  Signatures(TokenConfig config) {
    add(config.keys());
    add(config.secondKeys());
  }

  private void add(TokenKeys keys) {
    try {
      if (!keys.hmacSecret().isEmpty()) {
        add(JWSAlgorithm.HS256, new MACVerifier(keys.hmacSecret()));
      }
      if (!keys.rsaPublicKey().isEmpty()) {
        var key = PublicKeyPem.rsa(keys.prefix() + "rsa-public-key", keys.rsaPublicKey());
        add(JWSAlgorithm.RS256, new RSASSAVerifier(key));
      }
      if (!keys.ecdsaPublicKey().isEmpty()) {
        var key = PublicKeyPem.p256(keys.prefix() + "ecdsa-public-key", keys.ecdsaPublicKey());
        add(JWSAlgorithm.ES256, new ECDSAVerifier(key));
      }
    } catch (JOSEException e) {
      throw new IllegalStateException("keys that were checked before are refused", e);
    }
  }

  private void add(JWSAlgorithm algorithm, JWSVerifier verifier) {
    byAlgorithm.computeIfAbsent(algorithm, _ -> new ArrayList<>(2)).add(verifier);
  }

  @Override
  public Optional<String> fault(JWSObject token) {
    JWSAlgorithm algorithm = token.getHeader().getAlgorithm();
    List<JWSVerifier> verifiers = byAlgorithm.getOrDefault(algorithm, List.of());
    if (verifiers.isEmpty()) {
      return Optional.of("its algorithm is not one that a key is configured for");
    }
    try {
      for (JWSVerifier verifier : verifiers) {
        if (token.verify(verifier)) {
          return Optional.empty();
        }
      }
      return Optional.of("its " + algorithm + " signature is wrong");
    } catch (JOSEException _) {
      return Optional.of("its " + algorithm + " signature cannot be checked");
    }
  }
}
