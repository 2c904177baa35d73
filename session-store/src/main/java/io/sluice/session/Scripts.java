package io.sluice.session;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/// The Lua scripts of this module, each atomic on one session's key. Sent whole with every call
/// (under 1.2 KB): a call is then one round trip whatever Redis has forgotten.
final class Scripts {
  static final String OPEN = load("open.lua");
  static final String SEEN = load("seen.lua");
  static final String CLOSE = load("close.lua");

  private Scripts() {}

  private static String load(String name) {
    try (InputStream in = Scripts.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException("missing in the jar: " + name);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
