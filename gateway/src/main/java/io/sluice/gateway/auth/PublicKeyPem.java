package io.sluice.gateway.auth;

import com.nimbusds.jose.jwk.Curve;
import io.sluice.gateway.config.ConfigException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.List;

/// Public keys as `openssl` writes them: X.509 SubjectPublicKeyInfo in PEM.
final class PublicKeyPem {
  private static final String BEGIN = "-----BEGIN PUBLIC KEY-----";
  private static final String END = "-----END PUBLIC KEY-----";

  /// RFC 7518 §3.3.
  private static final int SHORTEST_RSA_BITS = 2048;

  private PublicKeyPem() {}

  /// @param setting the configuration's key, for the message
  /// @throws ConfigException when this is no RSA key of a sufficient length
  static RSAPublicKey rsa(String setting, String pem) {
    if (!(parse(setting, pem, "RSA") instanceof RSAPublicKey key)) {
      throw problem(setting, "its value is no RSA public key");
    }
    int bits = key.getModulus().bitLength();
    if (bits < SHORTEST_RSA_BITS) {
      throw problem(
          setting, "its RSA key of %d bits is shorter than %d".formatted(bits, SHORTEST_RSA_BITS));
    }
    return key;
  }

  /// @param setting the configuration's key, for the message
  /// @throws ConfigException when this is no key on the curve P-256
  static ECPublicKey p256(String setting, String pem) {
    if (!(parse(setting, pem, "EC") instanceof ECPublicKey key)
        || !Curve.P_256.equals(Curve.forECParameterSpec(key.getParams()))) {
      throw problem(setting, "its value is no public key on the curve P-256");
    }
    return key;
  }

  private static PublicKey parse(String setting, String pem, String algorithm) {
    try {
      String body = pem.substring(pem.indexOf(BEGIN) + BEGIN.length(), pem.indexOf(END));
      byte[] der = Base64.getMimeDecoder().decode(body);
      return KeyFactory.getInstance(algorithm).generatePublic(new X509EncodedKeySpec(der));
    } catch (GeneralSecurityException | IllegalArgumentException _) {
      throw problem(setting, "its value is no " + algorithm + " public key in PEM");
    }
  }

  private static ConfigException problem(String setting, String what) {
    return new ConfigException(List.of(setting + ": " + what));
  }
}
