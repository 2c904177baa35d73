package io.sluice.gateway.protocol;

import io.sluice.broker.PositionVector;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// Position tokens: text by which a client without an SDK comes back to where it was, at any node.
/// A byte for the version, a [PositionVector], and 128 bits that prove that a node of this cluster
/// wrote it, in base64 for URLs. A token says where, and nothing about who or whether. Thread-safe.
public final class PositionTokens {
  /// Characters; room for about 200 partitions. It must fit into a header and into a URL.
  static final int MAX_LENGTH = 2_048;

  private static final byte VERSION = 1;
  private static final int PROOF = 16;
  private static final String ALGORITHM = "HmacSHA256";

  /// The key is that of other proofs as well, and no text of theirs may serve here.
  private static final String PURPOSE = "sluice position tokens";

  private volatile List<SecretKeySpec> keys;

  /// What a client's token is worth.
  public sealed interface Read {}

  /// One of this cluster's.
  public record Good(PositionVector positions) implements Read {}

  /// Nothing to go by.
  public record Bad(Fault fault) implements Read {}

  /// Why a token is not taken.
  public enum Fault {
    /// Longer than 2,048 characters.
    TOO_LONG,
    /// Of a version this node cannot read.
    VERSION,
    /// Not written by a node of this cluster.
    FORGED
  }

  /// @param key that all nodes share; not empty
  public PositionTokens(String key) {
    this(key, "");
  }

  /// @param second one of which tokens are good, too; "" = none
  public PositionTokens(String key, String second) {
    keys = keys(key, second);
  }

  /// From now on tokens are written with this key, and are good with it or the second one.
  public void take(String key, String second) {
    keys = keys(key, second);
  }

  private static List<SecretKeySpec> keys(String key, String second) {
    return Stream.of(key, second)
        .filter(it -> !it.isEmpty())
        .map(it -> new SecretKeySpec(it.getBytes(StandardCharsets.UTF_8), ALGORITHM))
        .map(shared ->
            new SecretKeySpec(mac(shared, PURPOSE.getBytes(StandardCharsets.UTF_8)), ALGORITHM))
        .toList();
  }

  /// Writes a token; empty when that would be longer than 2,048 characters.
  public Optional<String> write(PositionVector positions) {
    byte[] vector = positions.toBytes();
    byte[] token = new byte[1 + vector.length + PROOF];
    if ((token.length + 2) / 3 * 4 > MAX_LENGTH) {
      return Optional.empty();
    }
    token[0] = VERSION;
    System.arraycopy(vector, 0, token, 1, vector.length);
    byte[] proof = mac(keys.getFirst(), Arrays.copyOf(token, 1 + vector.length));
    System.arraycopy(proof, 0, token, 1 + vector.length, PROOF);
    return Optional.of(Base64.getUrlEncoder().withoutPadding().encodeToString(token));
  }

  /// Reads a client's token. The length is looked at first, so that a hostile one costs nothing.
  public Read read(String text) {
    if (text.length() > MAX_LENGTH) {
      return new Bad(Fault.TOO_LONG);
    }
    byte[] token;
    try {
      token = Base64.getUrlDecoder().decode(text);
    } catch (IllegalArgumentException _) {
      return new Bad(Fault.FORGED);
    }
    if (token.length < 1 + PROOF) {
      return new Bad(Fault.FORGED);
    }
    if (token[0] != VERSION) {
      return new Bad(Fault.VERSION);
    }
    byte[] signed = Arrays.copyOf(token, token.length - PROOF);
    byte[] proof = Arrays.copyOfRange(token, signed.length, token.length);
    if (keys.stream().noneMatch(key -> proves(key, signed, proof))) {
      return new Bad(Fault.FORGED);
    }
    return PositionVector.parse(Arrays.copyOfRange(signed, 1, signed.length))
        .<Read>map(Good::new)
        .orElse(new Bad(Fault.FORGED));
  }

  private static boolean proves(SecretKeySpec key, byte[] signed, byte[] proof) {
    return MessageDigest.isEqual(proof, Arrays.copyOf(mac(key, signed), PROOF));
  }

  private static byte[] mac(SecretKeySpec key, byte[] text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(text);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has HMAC-SHA-256", e);
    }
  }
}
