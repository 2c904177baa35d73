package io.sluice.gateway.protocol;

import io.sluice.broker.PayloadKind;
import java.util.List;
import java.util.Optional;

/// How commands are read, and replies and pushes written. A client chooses one for its connection.
/// Pure.
public enum Encoding {
  /// Text: objects, one a line.
  JSON(new JsonReplies()) {
    @Override
    public List<Command> commands(byte[] frame) throws BadFrameException {
      return JsonCommands.decode(frame);
    }

    @Override
    public Optional<byte[]> payload(PayloadKind kind, byte[] data) {
      return ClientPayload.ofJson(kind, data);
    }
  },
  /// Binary: messages of Protocol Buffers, each behind its length.
  PROTOBUF(new ProtobufReplies()) {
    @Override
    public List<Command> commands(byte[] frame) throws BadFrameException {
      return ProtobufCommands.decode(frame);
    }

    @Override
    public Optional<byte[]> payload(PayloadKind kind, byte[] data) {
      return ClientPayload.ofBytes(kind, data);
    }
  };

  @SuppressWarnings("ImmutableEnumChecker") // it has no state
  private final Replies replies;

  Encoding(Replies replies) {
    this.replies = replies;
  }

  /// How replies and pushes are written.
  public Replies replies() {
    return replies;
  }

  /// Reads a frame.
  ///
  /// @throws BadFrameException when anything in the frame is no command; then none of it counts
  public abstract List<Command> commands(byte[] frame) throws BadFrameException;

  /// From what a client publishes to the value of a record.
  ///
  /// @return nothing when the namespace's values cannot be written so
  public abstract Optional<byte[]> payload(PayloadKind kind, byte[] data);
}
