package io.sluice.gateway.config;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/// The configuration as it is now. Parts ask for it when they need it and keep nothing of it, or
/// are told when it changes. Each configuration is immutable and takes the place of the one before
/// at once. For any thread.
public final class LiveConfig {
  private final Namespaces namespaces;
  private final List<Consumer<GatewayConfig>> listeners = new CopyOnWriteArrayList<>();
  private volatile GatewayConfig now;

  /// @param start what the node starts with
  public LiveConfig(GatewayConfig start) {
    now = start;
    namespaces = new Namespaces(start.namespaces(), start.edge().maxChannelLength());
  }

  /// All of it.
  public GatewayConfig now() {
    return now;
  }

  /// The public listener's.
  public EdgeConfig edge() {
    return now.edge();
  }

  /// Which tokens are good.
  public TokenConfig tokens() {
    return now.tokens();
  }

  /// Where channels' names are looked up, always by the present policies.
  public Namespaces namespaces() {
    return namespaces;
  }

  /// To be told of every change, after it was made, by the thread that makes it; must not fail.
  public void listen(Consumer<GatewayConfig> listener) {
    listeners.add(listener);
  }

  /// Takes another one; for one thread at a time.
  ///
  /// @param next of a [ReloadPlan]
  public void take(GatewayConfig next) {
    now = next;
    namespaces.take(next.namespaces());
    listeners.forEach(listener -> listener.accept(next));
  }
}
