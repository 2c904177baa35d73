package io.sluice.gateway.edge;

import java.util.function.Supplier;

/// Follows some connects of clients, for whoever traces them. Called on the connection's loop; must
/// not wait.
public interface ConnectTraces {
  /// Follows none.
  ConnectTraces NONE = _ -> Connect.UNTRACED;

  /// A client asks to be connected.
  ///
  /// @param transport one of a fixed set, as in the access log
  /// @return what is owed [Connect#answered] or [Connect#failed], once
  Connect begin(String transport);

  /// One connect. Confined to the connection's loop.
  interface Connect {
    /// One that nobody follows.
    Connect UNTRACED =
        new Connect() {
          @Override
          public <T> T during(Supplier<T> work) {
            return work.get();
          }

          @Override
          public void answered() {}

          @Override
          public void failed(String why, Fault fault) {}
        };

    /// Does a part of it: calls of the session store that are made meanwhile belong to it.
    <T> T during(Supplier<T> work);

    /// Writes a line of the log about it, which can name its trace.
    default void say(Runnable line) {
      line.run();
    }

    /// The client has its answer.
    void answered();

    /// It was refused, or the connection ended first.
    ///
    /// @param why one of a fixed set
    void failed(String why, Fault fault);
  }

  /// What a failure is put down to.
  enum Fault {
    /// What the client did, or wants no more, and what the node does on purpose.
    CLIENT,
    /// Something of the node's that failed.
    NODE
  }
}
