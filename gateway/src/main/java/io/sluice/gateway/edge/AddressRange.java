package io.sluice.gateway.edge;

import java.net.InetAddress;

/// The addresses that are likely to share a way here: a /24 of IPv4, a /48 of IPv6.
///
/// @param prefix the first bits
/// @param bits of the address as a whole: 32 or 128
record AddressRange(long prefix, int bits) {
  static AddressRange of(InetAddress address) {
    byte[] bytes = address.getAddress();
    int kept = bytes.length == 4 ? 3 : 6;
    long prefix = 0;
    for (int i = 0; i < kept; i++) {
      prefix = (prefix << 8) | (bytes[i] & 0xff);
    }
    return new AddressRange(prefix, bytes.length * 8);
  }
}
