package io.sluice.gateway.hub;

import io.sluice.broker.Position;
import io.sluice.broker.PositionVector;
import io.sluice.gateway.protocol.PositionTokens;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// Position tokens of one loop's connections. Live connections with the same partitions stand where
/// their loop does, so one token, proved once, serves all of them. Confined to the loop.
public final class Bookmarks {
  /// What says where a connection stands in one window.
  static final int LONGS = 3;

  /// Tokens kept; one that is not costs about two microseconds.
  private static final int KEPT = 256;

  private final int loop;
  private final PositionTokens tokens;
  private final Map<LongBuffer, String> written =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<LongBuffer, String> eldest) {
          return size() > KEPT;
        }
      };

  Bookmarks(int loop, PositionTokens tokens) {
    this.loop = loop;
    this.tokens = tokens;
  }

  /// Where a connection stands, from now on.
  ///
  /// @param subscriptions all with positions, of one connection, taken up
  /// @param together whether those that read their past do so together
  public Bookmark of(List<Subscription> subscriptions, boolean together) {
    List<Leg> legs = new ArrayList<>();
    subscriptions.forEach(subscription -> legs.addAll(subscription.legs));
    return new Bookmark(this, legs, together);
  }

  /// What a client's token says.
  public PositionTokens.Read read(String token) {
    return tokens.read(token);
  }

  int loop() {
    return loop;
  }

  /// @param standing of each window its serial, its epoch's hash and the offset in it
  /// @param epochs of the same windows
  String token(LongBuffer standing, List<String> epochs) {
    String known = written.get(standing);
    if (known != null) {
      return known;
    }
    List<Position> positions = new ArrayList<>(epochs.size());
    for (int i = 0; i < epochs.size(); i++) {
      positions.add(new Position(epochs.get(i), standing.get(LONGS * i + 2)));
    }
    String token = tokens.write(PositionVector.of(positions)).orElse("");
    written.put(standing, token);
    return token;
  }
}
