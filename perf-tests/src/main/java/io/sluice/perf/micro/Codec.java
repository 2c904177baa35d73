package io.sluice.perf.micro;

import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.BadFrameException;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.JsonCommands;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.WireForm;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/// From bytes to commands, and from publications to bytes.
@State(Scope.Benchmark)
public class Codec {
  /// What an SDK sends first, in one frame.
  private final byte[] opening =
      """
      {"connect":{"token":"%s","name":"js"},"id":1}
      {"subscribe":{"channel":"orders:42","flag":1},"id":2}\
      """
          .formatted("t".repeat(180))
          .getBytes(StandardCharsets.UTF_8);

  private final Publication small = publication(200);
  private final Publication large = publication(1_024);

  private static Publication publication(int bytes) {
    return new Publication(
        "42",
        123_456_789,
        1_700_000_000_000L,
        PayloadKind.JSON,
        Optional.of(Payload.json(bytes)),
        KeptHeaders.NONE);
  }

  /// A connect with a token and a subscribe.
  @Benchmark
  public List<Command> decodeConnectAndSubscribe() throws BadFrameException {
    return JsonCommands.decode(opening);
  }

  /// A push of 200 B of JSON.
  @Benchmark
  public byte[] encodePush200B() {
    return push(small);
  }

  /// A push of 1 KiB of JSON.
  @Benchmark
  public byte[] encodePush1KiB() {
    return push(large);
  }

  private static byte[] push(Publication publication) {
    return Encoding.JSON
        .replies()
        .publicationPush(WireForm.JSON, "orders:42", publication, Positioned.YES);
  }
}
