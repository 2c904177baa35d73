package io.sluice.perf.swarm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.perf.check.ChannelWatch;
import io.sluice.perf.check.Claim;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one client has of its channels: a position in each, and what it was given of it, all of
/// which goes to a checker. What the server should not have said is returned as text. Confined to
/// the loop.
final class PeerSubscriptions {
  private static final ObjectMapper JSON = Order.Json.MAPPER;

  /// Of the first subscribe; the further ones follow. Later ones repeat these ids, because a client
  /// has one subscribe of a channel under way at most.
  private static final int FIRST_SUBSCRIBE_ID = 2;

  private static final int UNSUBSCRIBE_ID = 1_000_000;

  private final Population population;
  private final int number;
  private final String name;
  private final ChannelWatch[] watches;
  private final @Nullable String[] epochs;
  private final long[] offsets;

  /// Where a subscription began in the middle, until its first publication has come; -1 otherwise.
  private final long[] begunAt;

  private final BitSet answered = new BitSet();
  private boolean leaving;
  private boolean churned;

  PeerSubscriptions(Population population, int number) {
    Audience audience = population.audience();
    this.population = population;
    this.number = number;
    int subscriptions = audience.channelsPerClient();
    watches = new ChannelWatch[subscriptions];
    epochs = new String[subscriptions];
    offsets = new long[subscriptions];
    begunAt = new long[subscriptions];
    Arrays.fill(begunAt, -1);
    name = "client " + number;
    for (int slot = 0; slot < subscriptions; slot++) {
      watches[slot] = new ChannelWatch(name, channelName(slot));
      if (audience.fromFirst()) {
        watches[slot].expect(0);
      }
    }
  }

  String channelName(int slot) {
    return population.channelName(channelOf(slot));
  }

  int channelOf(int slot) {
    return population.audience().channel(number, slot);
  }

  ChannelWatch[] watches() {
    return watches;
  }

  boolean allAnswered() {
    return answered.cardinality() == watches.length;
  }

  /// What those rely on that have seen nothing since they began.
  ///
  /// @param published how many publications each channel has had
  void pendingClaims(List<Long> published, List<Claim> all) {
    for (int slot = 0; slot < begunAt.length; slot++) {
      if (begunAt[slot] >= 0 && answered.get(slot)) {
        int of = channelOf(slot);
        all.add(new Claim(name, of, begunAt[slot], published.get(of)));
      }
    }
  }

  // what it says

  /// A command for each channel, with its position where there is one.
  List<ObjectNode> subscribeAll() {
    List<ObjectNode> commands = new ArrayList<>();
    for (int slot = 0; slot < watches.length; slot++) {
      commands.add(subscribe(slot));
    }
    return commands;
  }

  private ObjectNode subscribe(int slot) {
    ObjectNode command = JSON.createObjectNode().put("id", FIRST_SUBSCRIBE_ID + slot);
    ObjectNode request = command.putObject("subscribe").put("channel", channelName(slot));
    if (epochs[slot] != null) {
      request.put("recover", true).put("epoch", epochs[slot]).put("offset", offsets[slot]);
    }
    return command;
  }

  /// Commands to leave the first channel and come back to it as somebody who knows nothing of it.
  ObjectNode[] leaveAndReturn() {
    answered.clear(0);
    leaving = true;
    churned = true;
    epochs[0] = null;
    watches[0].allowJump();
    ObjectNode leave = JSON.createObjectNode().put("id", UNSUBSCRIBE_ID);
    leave.putObject("unsubscribe").put("channel", channelName(0));
    return new ObjectNode[] {leave, subscribe(0)};
  }

  // what it hears

  /// Nothing is subscribed any more; positions stay.
  void connectionLost() {
    leaving = false;
    answered.clear();
  }

  /// The first channel has been left.
  void left() {
    leaving = false;
  }

  /// The server has ended a subscription that is to be made again.
  ///
  /// @return the command for that
  ObjectNode ended(String channel) {
    int slot = population.audience().slot(number, population.channelNumber(channel));
    answered.clear(slot);
    return subscribe(slot);
  }

  /// A server without the client protocol sends the channel from now on, see [Audience#BARE].
  ///
  /// @param resumed whether it was told what came last, and is to send what came after it
  void begun(boolean resumed) {
    boolean back = epochs[0] != null;
    population.tally().verdict(!back ? "fresh" : resumed ? "recovered" : "lost");
    if (back && !resumed) {
      watches[0].allowJump();
    }
    epochs[0] = "";
    answered.set(0);
  }

  /// A publication was pushed.
  ///
  /// @param began when the client began to connect: what was due before, it had missed
  Optional<String> published(PushReader push, long began) {
    int slot = population.audience().slot(number, push.channel());
    String epoch = slot < 0 ? null : epochs[slot];
    if (leaving && slot == 0) {
      return Optional.empty(); // on its way when this client left
    }
    if (epoch == null || !answered.get(slot)) {
      return Optional.of("a publication of a channel before its subscribe was answered");
    }
    if (push.sent() < began) {
      population.tally().caughtUp(began, population.now());
    } else {
      population.tally().received(push.sent(), population.now());
    }
    if (push.addressed() != push.channel()) {
      return Optional.of("a publication of another channel");
    }
    take(slot, epoch, push.offset(), push.sequence());
    return Optional.empty();
  }

  private void take(int slot, String epoch, long offset, long sequence) {
    if (offset <= offsets[slot] && sequence >= watches[slot].next()) {
      population.tally().error("a new publication at or below the position");
    }
    watches[slot].received(epoch, offset, sequence);
    offsets[slot] = offset;
    if (begunAt[slot] >= 0) {
      population.claim(new Claim(name, channelOf(slot), begunAt[slot], sequence));
      begunAt[slot] = -1;
    }
  }

  /// A subscribe was answered.
  ///
  /// @param began when the client began to connect
  Optional<String> subscribed(JsonNode reply, long began) {
    int slot = reply.path("id").asInt() - FIRST_SUBSCRIBE_ID;
    JsonNode result = reply.get("subscribe");
    boolean recovering = epochs[slot] != null;
    if (recovering != result.path("was_recovering").asBoolean()) {
      return Optional.of("was_recovering is wrong");
    }
    boolean recovered = recovering && result.path("recovered").asBoolean();
    population.tally().verdict(!recovering ? "fresh" : recovered ? "recovered" : "lost");
    String epoch = population.shared(result.path("epoch").asText());
    if (recovered && !epoch.equals(epochs[slot])) {
      population.tally().error("recovered into another epoch");
    }
    epochs[slot] = epoch;
    offsets[slot] = result.path("offset").asLong();
    if (recovered) {
      watches[slot].toldRecovered();
    } else if (recovering || !population.audience().fromFirst() || churned) {
      watches[slot].allowJump();
      begunAt[slot] = offsets[slot];
    }
    for (JsonNode publication : result.path("publications")) {
      population.tally().caughtUp(began, population.now());
      JsonNode data = publication.path("data");
      if (data.path("c").asInt(-1) != channelOf(slot)) {
        return Optional.of("a publication of another channel");
      }
      take(slot, epoch, publication.path("offset").asLong(), data.path("n").asLong(-1));
    }
    answered.set(slot);
    return Optional.empty();
  }
}
