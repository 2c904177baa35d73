package io.sluice.gateway.edge;

import io.sluice.broker.Mode;
import io.sluice.gateway.config.FilterConfig;
import io.sluice.gateway.config.NamespaceConfig;
import io.sluice.gateway.filter.BadFilterException;
import io.sluice.gateway.filter.FilterLimits;
import io.sluice.gateway.filter.FilterReader;
import io.sluice.gateway.filter.TagFilter;
import io.sluice.gateway.hub.SharedFilter;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Delta;
import io.sluice.gateway.protocol.ErrorCode;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// How a client wants a channel's publications: which of them, and as patches or whole.
sealed interface SubscribeOptions {
  /// It may have that.
  ///
  /// @param filter to be released when the subscription ends; null: it wants all
  record Granted(Delta delta, @Nullable SharedFilter filter) implements SubscribeOptions {}

  /// It may not.
  ///
  /// @param message what is wrong, for the client
  record Refused(ErrorCode error, String message) implements SubscribeOptions {}

  /// Judges a subscribe to a channel of this namespace. Error 107 names what is wrong, and the
  /// limit if there is one; 106 is for a filter too many.
  static SubscribeOptions of(Command.Subscribe c, NamespaceConfig policy, Connection connection) {
    Optional<Delta> delta = Delta.of(c.delta());
    if (delta.isEmpty()) {
      return bad("delta '%.32s' is not known; 'fossil' is".formatted(c.delta()));
    }
    if (delta.get() != Delta.NONE && policy.mode() == Mode.STATE) {
      // it may leave out what the next patch leads on from
      return bad(
          "delta: the namespace of '%.64s' keeps newest values only (mode: state)"
              .formatted(c.channel()));
    }
    if (c.filter().isEmpty()) {
      return new Granted(delta.get(), null);
    }
    if (delta.get() != Delta.NONE) {
      // a filter would leave out what the next patch leads on from
      return bad("delta and tf do not go together; leave one out");
    }
    return filtered(c.channel(), c.filter().get(), policy, connection);
  }

  /// Judges a connect's wish for a channel of this namespace; there are no deltas there.
  static SubscribeOptions of(
      Command.Connect c, String channel, NamespaceConfig policy, Connection connection) {
    byte[] filter = c.filters().get(channel);
    return filter == null
        ? new Granted(Delta.NONE, null)
        : filtered(channel, filter, policy, connection);
  }

  private static SubscribeOptions filtered(
      String channel, byte[] filter, NamespaceConfig policy, Connection connection) {
    if (!policy.filters()) {
      return bad("tf: the namespace of '%.64s' has no filters".formatted(channel));
    }
    try {
      return shared(read(filter, connection), connection);
    } catch (BadFilterException e) {
      return bad(String.valueOf(e.getMessage()));
    }
  }

  private static TagFilter read(byte[] written, Connection connection) throws BadFilterException {
    FilterConfig config = connection.context().edge().filters();
    FilterLimits limits =
        new FilterLimits(config.maxSize().asInt(), config.maxDepth(), config.maxNodes());
    return switch (connection.encoding()) {
      case JSON -> FilterReader.json(written, limits);
      case PROTOBUF -> FilterReader.protobuf(written, limits);
    };
  }

  private static SubscribeOptions shared(TagFilter filter, Connection connection) {
    int most = connection.context().edge().filters().maxDifferent();
    return connection
        .shard()
        .filters()
        .take(filter, most)
        .<SubscribeOptions>map(shared -> new Granted(Delta.NONE, shared))
        .orElseGet(() ->
            new Refused(
                ErrorCode.TOO_MANY_REQUESTS, "tf: more than " + most + " different filters"));
  }

  private static SubscribeOptions bad(String message) {
    return new Refused(ErrorCode.BAD_REQUEST, message);
  }
}
