package io.sluice.standalone.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.PrivateFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;

/// What a data directory keeps besides Kafka's and Redis' data, so that tokens, keys and producers'
/// settings stay good across restarts. A private file.
///
/// @param secret what tokens are signed with
/// @param apiKey the key of the HTTP API
/// @param kafkaPort where the embedded Kafka listens
/// @param redisPort where the embedded Redis listens
record Remembered(String secret, String apiKey, int kafkaPort, int redisPort) {
  private static final String FILE = "up.json";
  private static final ObjectMapper JSON = new ObjectMapper();

  /// 256 bits, as HS256 wants them.
  private static final int SECRET_BYTES = 32;

  private static final int KEY_BYTES = 24;

  /// Where everybody expects Kafka; taken when it is free, so that examples work as they stand.
  private static final int KAFKAS_OWN_PORT = 9092;

  /// Reads a directory's file, or writes it at the first start. A port that somebody has taken
  /// since is replaced.
  static Remembered in(Path folder) throws IOException {
    Path file = folder.resolve(FILE);
    Remembered now = Files.exists(file) ? read(file).withFreePorts() : fresh();
    PrivateFile.write(file, now.toJson());
    return now;
  }

  private static Remembered fresh() {
    return new Remembered(
        random(SECRET_BYTES),
        random(KEY_BYTES),
        FreePorts.isFree(KAFKAS_OWN_PORT) ? KAFKAS_OWN_PORT : FreePorts.next(),
        FreePorts.next());
  }

  private static Remembered read(Path file) throws IOException {
    try {
      JsonNode json = JSON.readTree(Files.readString(file));
      return new Remembered(
          json.required("secret").asText(),
          json.required("api-key").asText(),
          json.required("kafka-port").asInt(),
          json.required("redis-port").asInt());
    } catch (IllegalArgumentException e) {
      throw new IOException(file + " is damaged: " + e.getMessage(), e);
    }
  }

  private Remembered withFreePorts() {
    return new Remembered(
        secret,
        apiKey,
        FreePorts.isFree(kafkaPort) ? kafkaPort : FreePorts.next(),
        FreePorts.isFree(redisPort) ? redisPort : FreePorts.next());
  }

  private String toJson() {
    return JSON.createObjectNode()
            .put("secret", secret)
            .put("api-key", apiKey)
            .put("kafka-port", kafkaPort)
            .put("redis-port", redisPort)
            .toPrettyString()
        + "\n";
  }

  /// Letters, digits, `_` and `-` only.
  private static String random(int bytes) {
    byte[] random = new byte[bytes];
    new SecureRandom().nextBytes(random);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(random);
  }

  /// Without the secrets.
  @Override
  public String toString() {
    return "Remembered[kafkaPort " + kafkaPort + ", redisPort " + redisPort + "]";
  }
}
