package io.sluice.gateway.edge;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/// Does the work of one socket's TLS handshake elsewhere, as far as it may be asked for: a peer
/// gets it once it is admitted, and one handshake's worth of it. TLS 1.2 lets a client ask for
/// another handshake on the same connection; its ClientHello is one step too many. The JDK could be
/// told to refuse that too, by a property that it reads when anybody in the process first uses TLS.
/// Confined to the loop, but for the work.
final class TlsSigning implements Executor {
  /// Steps of a handshake that are work: in TLS 1.3 a ClientHello, and a second one if the first
  /// guessed the wrong group (RFC 8446 §4.1.4); in TLS 1.2 a ClientHello and a ClientKeyExchange.
  static final int STEPS = 2;

  private final Executor threads;
  private final Admission admission;
  private final Peer peer;
  private int steps;
  private @Nullable Refused refused;

  TlsSigning(Executor threads, Admission admission, Peer peer) {
    this.threads = threads;
    this.admission = admission;
    this.peer = peer;
  }

  /// @throws RejectedExecutionException when the peer may not have it, or nobody can now
  @Override
  public void execute(Runnable work) {
    if (refused == null && steps == 0 && !admission.maySign(peer.address())) {
      refused =
          new Refused(
              Refusal.HANDSHAKE_RATE, "more handshakes than edge.handshakes-per-second allows");
    }
    if (refused == null && steps == STEPS) {
      refused = new Refused(Refusal.TLS_HANDSHAKE, "another handshake on the same connection");
    }
    if (refused != null) {
      throw refused; // also when it is asked again, to say goodbye
    }
    steps++;
    threads.execute(work);
  }

  /// The peer may not have it.
  static final class Refused extends RejectedExecutionException {
    private static final long serialVersionUID = 1;
    private final Refusal why;

    Refused(Refusal why, String message) {
      super(message);
      this.why = why;
    }

    Refusal why() {
      return why;
    }
  }
}
