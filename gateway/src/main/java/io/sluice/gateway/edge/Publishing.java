package io.sluice.gateway.edge;

import io.sluice.broker.ChannelName;
import io.sluice.broker.Identity;
import io.sluice.broker.PublishOutcome;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.config.Resolution;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Done;
import io.sluice.gateway.protocol.ErrorCode;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A connection's publishes. Acknowledged only when Kafka has them. Confined to the loop.
final class Publishing {
  private static final Logger log = LoggerFactory.getLogger(Publishing.class);
  private static final PeerLog peers = PeerLog.of(Publishing.class);

  /// Publishes of one connection that may be under way.
  private static final int MAX_IN_FLIGHT = 256;

  private final Connection connection;
  private int inFlight;

  Publishing(Connection connection) {
    this.connection = connection;
  }

  void publish(Command.Publish c) {
    switch (connection.context().namespaces().resolve(c.channel())) {
      case Resolution.Unknown _ -> connection.error(c.id(), ErrorCode.UNKNOWN_CHANNEL);
      case Resolution.Invalid _ -> connection.error(c.id(), ErrorCode.BAD_REQUEST);
      case Resolution.Found(ChannelName channel, NamespaceConfig policy) -> {
        boolean subscribed = connection.subscriptions().has(c.channel());
        if (!Permissions.may(policy.publish(), connection.authenticated(), subscribed)) {
          connection.error(c.id(), ErrorCode.PERMISSION_DENIED);
        } else if (inFlight == MAX_IN_FLIGHT) {
          connection.error(c.id(), ErrorCode.TOO_MANY_REQUESTS);
        } else {
          connection
              .encoding()
              .payload(policy.payload(), c.data())
              .ifPresentOrElse(
                  data -> send(c.id(), channel, data),
                  () -> connection.error(c.id(), ErrorCode.BAD_REQUEST));
        }
      }
    }
  }

  private void send(int id, ChannelName channel, byte[] data) {
    inFlight++;
    Identity from = new Identity(connection.claims().user(), connection.id());
    connection.onLoop(
        connection
            .context()
            .bridge()
            .publish(channel, data, Map.of(), Optional.of(from), Optional.empty()),
        outcome -> {
          inFlight--;
          answer(id, channel, outcome);
        },
        failure -> {
          inFlight--;
          peers.warn("publish failed channel={}", channel, failure);
          connection.error(id, ErrorCode.INTERNAL);
        });
  }

  /// The connection has ended. What is under way is finished, and its client will not know.
  void abandoned() {
    connection.context().metrics().unheard(inFlight);
  }

  private void answer(int id, ChannelName channel, PublishOutcome outcome) {
    switch (outcome) {
      case PublishOutcome.Acknowledged _ ->
          connection.reply(connection.replies().done(id, Done.PUBLISH));
      case PublishOutcome.Refused(String reason, Duration _) -> refuse(id, channel, reason);
      case PublishOutcome.Unknown(String reason) -> refuse(id, channel, reason);
      case PublishOutcome.Rejected(String reason) -> {
        log.debug("publish rejected channel={} reason={}", channel, reason);
        connection.error(id, ErrorCode.BAD_REQUEST);
      }
    }
  }

  private void refuse(int id, ChannelName channel, String reason) {
    log.debug("publish not acknowledged channel={} reason={}", channel, reason);
    connection.error(id, ErrorCode.INTERNAL);
  }
}
