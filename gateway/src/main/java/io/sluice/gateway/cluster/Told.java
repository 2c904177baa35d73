package io.sluice.gateway.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.sluice.broker.BrokerBridge;
import io.sluice.broker.ControlListener;
import io.sluice.broker.NodeInfo;
import io.sluice.broker.Revocation;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Hands what all nodes were told to whoever does it here. A message is a JSON object whose `type`
/// says whose it is; one of a type nobody here knows, as of a newer node, is passed over.
///
/// Handlers are named before the node joins. They are called by the control thread, or, for
/// revocations, the ledger's: they must be quick and wait for nothing.
public final class Told implements ControlListener {
  /// The longest message, in bytes of JSON.
  public static final int MAX_BYTES = BrokerBridge.MAX_TOLD;

  private static final Logger log = LoggerFactory.getLogger(Told.class);
  private static final JsonMapper JSON = new JsonMapper();

  private final Map<String, Consumer<JsonNode>> byType = new ConcurrentHashMap<>();
  private final List<Consumer<Revocation>> ofRevocations = new CopyOnWriteArrayList<>();
  private final List<Consumer<NodeInfo>> ofDeaths = new CopyOnWriteArrayList<>();

  /// Who does what messages of a type say. One for each type.
  public void on(String type, Consumer<JsonNode> handler) {
    if (byType.putIfAbsent(type, handler) != null) {
      throw new IllegalStateException("two do what '" + type + "' says");
    }
  }

  /// Who hears of a user's tokens being revoked; maybe several times of the same.
  public void onRevoked(Consumer<Revocation> handler) {
    ofRevocations.add(handler);
  }

  /// Who hears of nodes that died.
  public void onDied(Consumer<NodeInfo> handler) {
    ofDeaths.add(handler);
  }

  @Override
  public void told(byte[] what) {
    JsonNode message;
    try {
      message = JSON.readTree(what);
    } catch (IOException e) {
      log.warn("something was told that is no JSON bytes={}", what.length, e);
      return;
    }
    String type = message.path("type").asText();
    Consumer<JsonNode> handler = byType.get(type);
    if (handler == null) {
      log.debug("something was told that nobody here knows type={}", type);
    } else {
      handler.accept(message);
    }
  }

  @Override
  public void revoked(Revocation revocation) {
    ofRevocations.forEach(handler -> tell(handler, revocation));
  }

  @Override
  public void died(NodeInfo node) {
    ofDeaths.forEach(handler -> tell(handler, node));
  }

  /// One that fails keeps the next from nothing.
  private static <T> void tell(Consumer<T> handler, T what) {
    try {
      handler.accept(what);
    } catch (RuntimeException e) {
      log.error("somebody could not bear what it was told", e);
    }
  }
}
