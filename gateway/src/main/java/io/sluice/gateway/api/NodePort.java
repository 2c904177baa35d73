package io.sluice.gateway.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sluice.broker.ChannelName;
import io.sluice.broker.ChannelTop;
import io.sluice.broker.DeadLetterReport;
import io.sluice.broker.History;
import io.sluice.broker.HistoryQuery;
import io.sluice.broker.NodeStatus;
import io.sluice.broker.PublishOutcome;
import io.sluice.broker.ReplayLimits;
import io.sluice.gateway.cluster.Answers;
import io.sluice.gateway.presence.Presence;
import io.sluice.session.IdempotencyStore;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/// What the HTTP API asks of its node. Every method may be called by any thread and does not wait
/// for Kafka, Redis or clients.
public interface NodePort {
  /// Publishes to a channel of a configured namespace; publishes to one channel keep the order of
  /// the calls.
  ///
  /// @param data the record's value; the callee does not change it and may keep it
  /// @param tags become the publication's tags
  /// @param idempotencyKey goes along with the record; who publishes has looked at it
  /// @return always completes, at the latest after the configured block and delivery times
  CompletionStage<PublishOutcome> publish(
      ChannelName channel, byte[] data, Map<String, String> tags, Optional<String> idempotencyKey);

  /// The answers of publishes by idempotency key.
  IdempotencyStore idempotency();

  /// A part of a channel's past.
  ///
  /// @param limits what may be read below the window
  /// @return always completes, within seconds
  CompletionStage<History> history(ChannelName channel, HistoryQuery query, ReplayLimits limits);

  /// Where a channel's log is now.
  ChannelTop top(ChannelName channel);

  /// How many records of its partition a client of the channel may have missed and still be given.
  ///
  /// @param limits what may be read below the window
  long horizon(ChannelName channel, ReplayLimits limits);

  /// Who is subscribed, on all nodes.
  Presence presence();

  /// All nodes together.
  ClusterPort cluster();

  /// Every live node's [NodeStats], as JSON.
  ///
  /// @return always completes, within a second
  CompletionStage<Answers> stats();

  /// The records that could not be delivered.
  ///
  /// @return always completes, within some 10 s
  CompletionStage<DeadLetterReport> deadLetters();

  /// The nodes that are not dead as far as this one knows, itself first.
  List<NodeStatus> nodes();

  /// What this node is doing, for operators: at most 256 KiB of JSON, without anything that clients
  /// or services chose.
  ///
  /// @return always completes, within two seconds
  CompletionStage<ObjectNode> state();
}
