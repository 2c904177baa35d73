package io.sluice.gateway.edge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Names of emulated connections: 128 random bits, which nobody guesses, and 64 bits that prove
/// where they come from, in hexadecimal. Thread-safe.
final class SessionNames {
  private static final int RANDOM = 16;
  private static final int PROOF = 8;
  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;
  private final SecureRandom random = new SecureRandom();

  /// @param key that all nodes share; not empty
  SessionNames(String key) {
    this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
  }

  /// A name that nobody has.
  String next(String node) {
    byte[] name = new byte[RANDOM + PROOF];
    byte[] chosen = new byte[RANDOM];
    random.nextBytes(chosen);
    System.arraycopy(chosen, 0, name, 0, RANDOM);
    System.arraycopy(proof(node, chosen), 0, name, RANDOM, PROOF);
    return HexFormat.of().formatHex(name);
  }

  /// Whether a node of this cluster gave the name out as that of a connection of `node`.
  boolean isGenuine(String node, String name) {
    if (name.length() != 2 * (RANDOM + PROOF)) {
      return false;
    }
    byte[] bytes;
    try {
      bytes = HexFormat.of().parseHex(name);
    } catch (IllegalArgumentException _) {
      return false;
    }
    byte[] proof = Arrays.copyOfRange(bytes, RANDOM, bytes.length);
    return MessageDigest.isEqual(proof, proof(node, Arrays.copyOf(bytes, RANDOM)));
  }

  private byte[] proof(String node, byte[] chosen) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(node.getBytes(StandardCharsets.UTF_8));
      mac.update((byte) 0);
      return Arrays.copyOf(mac.doFinal(chosen), PROOF);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
