package io.sluice.perf.micro;

import java.nio.charset.StandardCharsets;

/// What is published. Pure.
final class Payload {
  private static final String TEMPLATE = "{\"id\":123456789,\"kind\":\"quote\",\"text\":\"%s\"}";

  private Payload() {}

  /// An object of exactly this many bytes.
  static byte[] json(int bytes) {
    int frame = TEMPLATE.length() - 2;
    return TEMPLATE.formatted("x".repeat(bytes - frame)).getBytes(StandardCharsets.UTF_8);
  }
}
