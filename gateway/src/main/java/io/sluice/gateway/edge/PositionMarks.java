package io.sluice.gateway.edge;

import io.sluice.gateway.hub.Bookmark;

/// Tells a client without an SDK where it stands, so that it can come back there. On one partition,
/// given in one order, every publication says so itself, and only quiet times need more; otherwise
/// a flush does. Confined to the loop.
final class PositionMarks {
  private final Bookmark bookmark;
  private final Transport transport;
  private final boolean each;
  private String told;

  /// @param told the token its client has
  PositionMarks(Bookmark bookmark, Transport transport, String told) {
    this.bookmark = bookmark;
    this.transport = transport;
    this.each = bookmark.inOneOrder();
    this.told = told;
    if (each) {
      transport.markEach();
    }
  }

  /// The outbox is about to be written, and no turn of the hub is under way.
  void flushing() {
    if (!each && transport.waiting()) {
      tell();
    }
  }

  /// A sign of life is about to be given.
  void pinging() {
    bookmark.reachOn();
    tell();
  }

  private void tell() {
    String token = bookmark.token();
    if (!token.isEmpty() && !token.equals(told) && transport.mark(token)) {
      told = token;
    }
  }
}
