package io.sluice.gateway.edge;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Names of emulated connections: 128 random bits, which nobody guesses, and 64 bits that prove
/// where they come from, in hexadecimal. Thread-safe.
final class SessionNames {
  private static final int RANDOM = 16;
  private static final int PROOF = 8;
  private static final String ALGORITHM = "HmacSHA256";

  private volatile List<SecretKeySpec> keys;
  private final SecureRandom random = new SecureRandom();

  /// @param key that all nodes share; not empty
  SessionNames(String key) {
    this.keys = keys(key, "");
  }

  /// From now on names are made with this key, and are genuine with it or the second one.
  void take(String key, String second) {
    keys = keys(key, second);
  }

  private static List<SecretKeySpec> keys(String key, String second) {
    return Stream.of(key, second)
        .filter(it -> !it.isEmpty())
        .map(it -> new SecretKeySpec(it.getBytes(StandardCharsets.UTF_8), ALGORITHM))
        .toList();
  }

  /// A name that nobody has.
  String next(String node) {
    byte[] name = new byte[RANDOM + PROOF];
    byte[] chosen = new byte[RANDOM];
    random.nextBytes(chosen);
    System.arraycopy(chosen, 0, name, 0, RANDOM);
    System.arraycopy(proof(keys.getFirst(), node, chosen), 0, name, RANDOM, PROOF);
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
    byte[] chosen = Arrays.copyOf(bytes, RANDOM);
    return keys.stream().anyMatch(key -> MessageDigest.isEqual(proof, proof(key, node, chosen)));
  }

  private static byte[] proof(SecretKeySpec key, String node, byte[] chosen) {
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
