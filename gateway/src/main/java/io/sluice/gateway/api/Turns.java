package io.sluice.gateway.api;

import io.helidon.webserver.http.ServerRequest;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// How many requests with bodies are worked on at once, methods and resources together. For any
/// thread.
final class Turns {
  /// At this many bodies of 1.4 MiB (the default) are about 180 MiB. A publish takes a few
  /// milliseconds, so it is room for more than 10,000 a second.
  static final int MOST = 128;

  /// How long a request may wait for its turn.
  private static final Duration MAX_WAIT = Duration.ofSeconds(1);

  private final Semaphore free = new Semaphore(MOST);

  /// Waits for a turn, for a second at most; [#give] gives it back.
  ///
  /// @return whether there is one
  boolean take() throws InterruptedException {
    return free.tryAcquire(MAX_WAIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  void give() {
    free.release();
  }

  /// A request's body, within its turn.
  ///
  /// @param most bytes
  /// @return nothing when it is larger
  static Optional<byte[]> body(ServerRequest request, int most) throws IOException {
    if (request.headers().contentLength().orElse(0) > most) {
      return Optional.empty();
    }
    if (!request.content().hasEntity()) {
      return Optional.of(new byte[0]);
    }
    try (InputStream in = request.content().inputStream()) {
      byte[] body = in.readNBytes(most + 1);
      return body.length > most ? Optional.empty() : Optional.of(body);
    }
  }
}
