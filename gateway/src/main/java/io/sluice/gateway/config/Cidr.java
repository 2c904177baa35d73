package io.sluice.gateway.config;

import java.net.InetAddress;
import java.util.Optional;

/// A range of addresses, RFC 4632: `10.0.0.0/8`, `2001:db8::/32`, or one address.
///
/// @param network any address of it
/// @param prefixLength bits that all its addresses share
public record Cidr(InetAddress network, int prefixLength) {
  /// Reads one, without asking any name server.
  static Optional<Cidr> parse(String text) {
    String[] parts = text.split("/", 2);
    try {
      InetAddress network = InetAddress.ofLiteral(parts[0]);
      int bits = network.getAddress().length * Byte.SIZE;
      int prefix = parts.length == 1 ? bits : Integer.parseInt(parts[1]);
      return prefix < 0 || prefix > bits
          ? Optional.empty()
          : Optional.of(new Cidr(network, prefix));
    } catch (IllegalArgumentException _) { // of the address or of the number
      return Optional.empty();
    }
  }

  /// Whether an address is in the range; one of the other family never is.
  public boolean contains(InetAddress address) {
    byte[] mine = network.getAddress();
    byte[] theirs = address.getAddress();
    if (mine.length != theirs.length) {
      return false;
    }
    for (int bit = 0; bit < prefixLength; bit += Byte.SIZE) {
      int mask = 0xff00 >> Math.min(Byte.SIZE, prefixLength - bit);
      if (((mine[bit / Byte.SIZE] ^ theirs[bit / Byte.SIZE]) & mask & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }
}
