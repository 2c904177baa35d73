package io.sluice.gateway.edge;

import io.sluice.gateway.edge.Application.Answer;
import io.sluice.gateway.edge.Application.Caller;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/// A connection's calls of the application. Confined to the loop.
final class Calls {
  private static final PeerLog peers = PeerLog.of(Calls.class);

  /// Calls of one connection that may be under way.
  private static final int MAX_IN_FLIGHT = 256;

  private final Connection connection;
  private int inFlight;

  Calls(Connection connection) {
    this.connection = connection;
  }

  private Caller caller() {
    return new Caller(connection.claims().user(), connection.id());
  }

  void call(Command.Rpc c) {
    if (inFlight == MAX_IN_FLIGHT) {
      connection.error(c.id(), ErrorCode.TOO_MANY_REQUESTS);
      return;
    }
    inFlight++;
    connection.onLoop(
        answer(c),
        answer -> {
          inFlight--;
          switch (answer) {
            case Answer.Done(byte[] data) ->
                connection.reply(connection.replies().called(c.id(), data));
            case Answer.Refused(ErrorCode error) -> connection.error(c.id(), error);
          }
        },
        failure -> {
          inFlight--;
          peers.warn("a call failed method={}", c.method(), failure);
          connection.error(c.id(), ErrorCode.INTERNAL);
        });
  }

  /// An application that throws is one that fails.
  private CompletionStage<Answer> answer(Command.Rpc c) {
    try {
      return connection.context().application().call(caller(), c.method(), c.data());
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  void sent(Command.Send c) {
    try {
      connection.context().application().sent(caller(), c.data());
    } catch (RuntimeException e) {
      peers.warn("the application failed over what was sent", e);
    }
  }
}
