package io.sluice.broker;

/// Is told what comes from other nodes. Every method must be quick and wait for nothing; what it
/// throws is logged and keeps nobody from hearing the next.
public interface ControlListener {
  /// Hears nothing.
  ControlListener NONE =
      new ControlListener() {
        @Override
        public void told(byte[] what) {}

        @Override
        public void revoked(Revocation revocation) {}

        @Override
        public void died(NodeInfo node) {}
      };

  /// A node, maybe this one, told everybody something ([BrokerBridge#tell]). Once for each, in the
  /// order of the log, which is the same on all nodes; only what was sent after this node joined,
  /// and is not older than 10 s by the broker's clock. On the control thread.
  void told(byte[] what);

  /// A user's tokens were revoked: for each one known when the node joins, and whenever one is read
  /// afterwards, so maybe several times. On the ledger's thread.
  void revoked(Revocation revocation);

  /// A node died, it did not leave in order; only while this node's own heartbeats come back to it,
  /// else when they do again. Not for one that was dead when this node joined. On the control
  /// thread.
  void died(NodeInfo node);
}
