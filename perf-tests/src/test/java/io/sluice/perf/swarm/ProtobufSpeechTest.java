package io.sluice.perf.swarm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.sluice.broker.KeptHeaders;
import io.sluice.broker.PayloadKind;
import io.sluice.broker.Publication;
import io.sluice.gateway.protocol.Command;
import io.sluice.gateway.protocol.Done;
import io.sluice.gateway.protocol.Encoding;
import io.sluice.gateway.protocol.ErrorCode;
import io.sluice.gateway.protocol.JsonReplies.Positioned;
import io.sluice.gateway.protocol.SubscribeResult;
import io.sluice.gateway.protocol.SubscribeResult.Recovery;
import io.sluice.gateway.protocol.WireForm;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// The same, whichever way it is written.
final class ProtobufSpeechTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Speech SPEECH = new ProtobufSpeech();

  /// What was heard, publications as `channel sequence offset`.
  private static final class Heard implements Speech.Listener {
    final List<String> all = new ArrayList<>();
    int most = Integer.MAX_VALUE;

    @Override
    public void publication(PushReader push) {
      all.add("%d %d %d".formatted(push.channel(), push.sequence(), push.offset()));
    }

    @Override
    public void message(JsonNode message) {
      all.add(message.toString());
    }

    @Override
    public boolean ended() {
      return all.size() >= most;
    }
  }

  private static Heard hear(Heard heard, byte[]... replies) throws IOException {
    ByteArrayOutputStream frame = new ByteArrayOutputStream();
    for (byte[] reply : replies) {
      frame.writeBytes(reply);
    }
    byte[] scratch = new byte[frame.size() + 100];
    System.arraycopy(frame.toByteArray(), 0, scratch, 0, frame.size());
    SPEECH.read(scratch, frame.size(), new PushReader(), heard);
    return heard;
  }

  private static Publication publication(int sequence) {
    byte[] data = ("{\"c\":7,\"n\":" + sequence + ",\"t\":5}").getBytes(StandardCharsets.US_ASCII);
    return new Publication(
        "k", sequence + 100, 5, PayloadKind.JSON, Optional.of(data), KeptHeaders.NONE);
  }

  @Test
  void publicationsAndRepliesOfAFrameAreHeardInOrder() throws Exception {
    Encoding encoding = Encoding.PROTOBUF;
    byte[] push =
        encoding
            .replies()
            .publicationPush(WireForm.PROTOBUF, "x1c7", publication(3), Positioned.YES);
    SubscribeResult result =
        new SubscribeResult(
            true, true, "e", 9, Recovery.RECOVERED, List.of(publication(1), publication(2)));

    assertThat(
            hear(
                    new Heard(),
                    encoding.replies().subscribed(2, result),
                    push,
                    encoding.replies().ping(),
                    encoding.replies().done(4, Done.UNSUBSCRIBE),
                    encoding.replies().error(5, ErrorCode.PERMISSION_DENIED),
                    encoding.replies().unsubscribePush(WireForm.PROTOBUF, "x1c7", 2500, "why"),
                    push)
                .all)
        .containsExactly(
            "{\"id\":2,\"subscribe\":{\"epoch\":\"e\",\"publications\":[{\"data\":{\"c\":7,\"n\":1,\"t\":5},\"offset\":101},"
                + "{\"data\":{\"c\":7,\"n\":2,\"t\":5},\"offset\":102}],\"recovered\":true,\"offset\":9,\"was_recovering\":true}}",
            "7 3 103",
            "{}",
            "{\"id\":4,\"unsubscribe\":{}}",
            "{\"id\":5,\"error\":{\"code\":103,\"message\":\"permission denied\"}}",
            "{\"push\":{\"unsubscribe\":{\"code\":2500},\"channel\":\"x1c7\"}}",
            "7 3 103");
  }

  @Test
  void whoHasEndedHearsNoMore() throws Exception {
    Heard heard = new Heard();
    heard.most = 1;
    byte[] ping = Encoding.PROTOBUF.replies().ping();
    assertThat(hear(heard, ping, ping, ping).all).hasSize(1);
  }

  @Test
  void whatIsCutOffIsAnError() {
    byte[] push =
        Encoding.PROTOBUF
            .replies()
            .publicationPush(WireForm.PROTOBUF, "x1c7", publication(3), Positioned.YES);
    assertThatThrownBy(() -> SPEECH.read(push, push.length - 5, new PushReader(), new Heard()))
        .isInstanceOf(IOException.class);
  }

  @Test
  void commandsSayTheSameAsInJson() throws Exception {
    for (String command :
        List.of(
            "{\"id\":1,\"connect\":{\"token\":\"t\",\"name\":\"swarm\"}}",
            "{\"id\":2,\"subscribe\":{\"channel\":\"c\"}}",
            "{\"id\":2,\"subscribe\":{\"channel\":\"c\",\"recover\":true,\"epoch\":\"e\",\"offset\":5}}",
            "{\"id\":3,\"unsubscribe\":{\"channel\":\"c\"}}",
            "{}")) {
      ByteBuf frame =
          SPEECH.frame(UnpooledByteBufAllocator.DEFAULT, List.of(JSON.readTree(command)));
      frame.skipBytes(6); // the frame's header; its mask is zero
      List<Command> read = Encoding.PROTOBUF.commands(ByteBufUtil.getBytes(frame));
      frame.release();
      assertThat(read).isEqualTo(Encoding.JSON.commands(command.getBytes(StandardCharsets.UTF_8)));
    }
  }
}
