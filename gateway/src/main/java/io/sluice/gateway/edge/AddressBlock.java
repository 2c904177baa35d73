package io.sluice.gateway.edge;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;

/// What is counted as one address: an IPv4 address, or the /64 of an IPv6 address, which is what
/// one customer gets and may use all of (RFC 6177).
///
/// @param bits the address' first bits
/// @param prefixLength how many: 32 of IPv4, 64 of IPv6
record AddressBlock(long bits, int prefixLength) {
  private static final int IPV4 = 32;
  private static final int IPV6 = 64;

  /// Java takes an IPv4 address that is written as an IPv6 one (RFC 4291 §2.5.5.2) for the IPv4
  /// address by itself.
  static AddressBlock of(InetAddress address) {
    ByteBuffer bytes = ByteBuffer.wrap(address.getAddress());
    return bytes.remaining() == Integer.BYTES
        ? new AddressBlock(Integer.toUnsignedLong(bytes.getInt()), IPV4)
        : new AddressBlock(bytes.getLong(), IPV6);
  }

  /// As people write it.
  @Override
  public String toString() {
    try {
      if (prefixLength == IPV4) {
        return InetAddress.getByAddress(
                ByteBuffer.allocate(Integer.BYTES).putInt((int) bits).array())
            .getHostAddress();
      }
      byte[] first = ByteBuffer.allocate(2 * Long.BYTES).putLong(bits).array();
      return InetAddress.getByAddress(first).getHostAddress() + "/" + IPV6;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("4 or 16 bytes are an address", e);
    }
  }
}
