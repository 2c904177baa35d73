package io.sluice.standalone.watch;

import java.util.function.Supplier;

/// Where the token of the next connection comes from.
public sealed interface TokenSource {
  /// Always the same one; when it has expired there is no other. Empty: none is sent.
  record Fixed(String token) implements TokenSource {}

  /// A fresh one each time.
  record Renewed(Supplier<String> maker) implements TokenSource {}

  /// The token for a connection that opens now.
  default String next() {
    return switch (this) {
      case Fixed(String token) -> token;
      case Renewed(Supplier<String> maker) -> maker.get();
    };
  }
}
