package io.sluice.gateway.edge;

import io.sluice.session.Opened;
import io.sluice.session.SessionInfo;
import io.sluice.session.SessionKey;
import io.sluice.session.SessionStore;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection's hold on its session. For any thread; no call waits.
final class SessionHold {
  private static final Logger log = LoggerFactory.getLogger(SessionHold.class);

  private final SessionStore store;
  private final SessionKey key;
  private final Opened opened;

  private SessionHold(SessionStore store, SessionKey key, Opened opened) {
    this.store = store;
    this.key = key;
    this.opened = opened;
  }

  /// Opens or resumes a session.
  static CompletionStage<SessionHold> open(
      EdgeContext context, String user, String name, String clientId) {
    SessionKey key = new SessionKey(user, name);
    SessionInfo info = new SessionInfo(context.nodeId(), clientId, context.clock().instant());
    return context
        .sessions()
        .open(key, info)
        .thenApply(opened -> new SessionHold(context.sessions(), key, opened));
  }

  /// What the connect reply tells the application.
  byte[] replyData() {
    String verdict = opened.resumed() ? "resumed" : "new";
    return "{\"sluice\":{\"session\":\"%s\",\"generation\":%d}}"
        .formatted(verdict, opened.generation())
        .getBytes(StandardCharsets.UTF_8);
  }

  /// The connection lives.
  void seen(EdgeContext context) {
    noted(store.seen(key, opened.generation(), context.clock().instant()), "seen");
  }

  /// The connection has ended; the session stays for its grace period.
  void close() {
    noted(store.close(key, opened.generation()), "close");
  }

  private static void noted(CompletionStage<?> stage, String what) {
    stage.whenComplete((_, failure) -> {
      if (failure != null) {
        // Redis is a cache: what it missed is written again or found out by the next connect
        log.debug("session not noted what={}", what, failure);
      }
    });
  }
}
