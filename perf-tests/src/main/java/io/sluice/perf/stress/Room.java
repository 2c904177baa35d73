package io.sluice.perf.stress;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.perf.check.ChannelWatch;
import io.sluice.perf.check.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What one user has of one room: its position, and what it was given. For one thread at a time.
final class Room {
  private final String user;
  private final String channel;
  private final ChannelWatch watch;
  private @Nullable String epoch;
  private long offset;
  private boolean answered;

  /// What had been published when it began in the middle, until its first publication has come; -1
  /// otherwise. Whatever is published later has to come.
  private long begunAt = -1;

  Room(String user, String channel) {
    this.user = user;
    this.channel = channel;
    this.watch = new ChannelWatch(user, channel);
  }

  String channel() {
    return channel;
  }

  ChannelWatch watch() {
    return watch;
  }

  boolean isAnswered() {
    return answered;
  }

  /// Its connection has gone.
  void left() {
    answered = false;
  }

  /// The lowest sequence number that has to come.
  long expects() {
    return Math.max(watch.next(), begunAt);
  }

  /// A command, with its position where there is one.
  void subscribe(ObjectNode command) {
    ObjectNode request = command.putObject("subscribe").put("channel", channel);
    if (epoch != null) {
      request.put("recover", true).put("epoch", epoch).put("offset", offset);
    }
  }

  /// Whether it goes on from somewhere.
  boolean hasPosition() {
    return epoch != null;
  }

  /// A subscribe was answered.
  ///
  /// @param next the sequence number of what is published next
  /// @return whether nothing is missing: `false` where it goes on without what it had missed
  boolean subscribed(JsonNode result, long next) {
    boolean recovering = epoch != null;
    boolean recovered = recovering && result.path("recovered").asBoolean();
    epoch = result.path("epoch").asText();
    offset = result.path("offset").asLong();
    answered = true;
    if (recovered) {
      watch.toldRecovered();
    } else {
      watch.allowJump();
      begunAt = next;
    }
    return recovered || !recovering;
  }

  /// A publication has come.
  ///
  /// @return what it shows to be missing, if its publisher says so too
  Optional<Violation> given(JsonNode publication) {
    offset = publication.path("offset").asLong();
    long sequence = publication.path("data").path("n").asLong(-1);
    Optional<Violation> missing = missing(sequence);
    begunAt = -1;
    watch.received(epoch == null ? "" : epoch, offset, sequence);
    return missing;
  }

  /// When nothing more will come.
  ///
  /// @param end one more than the last sequence number
  List<Violation> missingAtTheEnd(long end) {
    List<Violation> all = new ArrayList<>(watch.violations(end));
    if (answered) {
      missing(end).ifPresent(all::add);
    }
    return all;
  }

  private Optional<Violation> missing(long first) {
    if (begunAt < 0 || begunAt >= first) {
      return Optional.empty();
    }
    String text =
        "%s, %s: %d to %d were published after its subscribe was answered, and did not come"
            .formatted(user, channel, begunAt, first - 1);
    return Optional.of(new Violation(Violation.Fault.GAP, user, channel, begunAt, first - 1, text));
  }
}
