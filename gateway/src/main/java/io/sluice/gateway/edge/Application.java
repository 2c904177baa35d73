package io.sluice.gateway.edge;

import io.sluice.gateway.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// What clients' `rpc` and `send` are given to. Called on event loops: it must not wait. What it
/// answers is taken back to the client's loop, from whatever thread.
public interface Application {
  /// There is none: every `rpc` is answered with error 108, and what is sent is dropped.
  Application NONE =
      new Application() {
        private final CompletionStage<Answer> refusal =
            CompletableFuture.completedFuture(new Answer.Refused(ErrorCode.NOT_AVAILABLE));

        @Override
        public CompletionStage<Answer> call(Caller caller, String method, byte[] data) {
          return refusal;
        }

        @Override
        public void sent(Caller caller, byte[] data) {
          // nobody wants it
        }
      };

  /// Who calls.
  ///
  /// @param user of its token; empty = anonymous
  /// @param client the connection's id
  record Caller(String user, String client) {}

  /// What becomes of a call.
  sealed interface Answer {
    /// It was done.
    ///
    /// @param data JSON for clients that speak it; may be empty
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Done(byte[] data) implements Answer {}

    /// It was not; an unknown method is [ErrorCode#METHOD_NOT_FOUND].
    record Refused(ErrorCode error) implements Answer {}
  }

  /// A client's `rpc`. One that fails is answered with error 100.
  ///
  /// @param data as the client wrote it; may be empty
  CompletionStage<Answer> call(Caller caller, String method, byte[] data);

  /// A client's `send`, of which nothing is answered.
  void sent(Caller caller, byte[] data);
}
