package io.sluice.gateway.edge;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The other end of a socket: counted from its arrival to its end. Confined to the loop.
final class Peer {
  private static final AttributeKey<Peer> KEY = AttributeKey.valueOf(Peer.class, "peer");

  private final Admission admission;
  private InetAddress address;
  private boolean counted;
  private boolean settled;

  private Peer(Admission admission, InetAddress address) {
    this.admission = admission;
    this.address = address;
  }

  /// Of a socket that was just accepted.
  ///
  /// @return why it must be cut, if it must
  static Optional<Refusal> accept(Channel channel, Admission admission) {
    Peer peer = new Peer(admission, address(channel.remoteAddress()));
    channel.attr(KEY).set(peer);
    Optional<Refusal> refused = admission.socketOpened();
    channel.closeFuture().addListener(_ -> peer.left());
    return refused;
  }

  /// A peer that has gone again by now has no address; it is none to be limited either.
  private static InetAddress address(@Nullable SocketAddress remote) {
    return remote instanceof InetSocketAddress socket && socket.getAddress() != null
        ? socket.getAddress()
        : InetAddress.getLoopbackAddress();
  }

  /// Of a socket that was accepted before.
  static Peer of(Channel channel) {
    Peer peer = channel.attr(KEY).get();
    if (peer == null) {
      throw new IllegalStateException("a socket that was not accepted by the edge");
    }
    return peer;
  }

  /// Where it comes from, as far as is known.
  InetAddress address() {
    return address;
  }

  /// Its address is known for certain.
  ///
  /// @return why it must be cut, if it must
  Optional<Refusal> arrived(InetAddress from) {
    address = from;
    counted = true;
    return admission.addressArrived(from);
  }

  /// It has become a connection.
  void settled() {
    if (counted && !settled) {
      settled = true;
      admission.settled(address);
    }
  }

  private void left() {
    admission.socketClosed();
    if (counted) {
      settled();
      admission.addressLeft(address);
    }
  }
}
