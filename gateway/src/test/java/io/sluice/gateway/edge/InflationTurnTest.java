package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.sluice.gateway.protocol.Deflation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/// Small frames that become large messages, on one socket of a loop.
final class InflationTurnTest {
  private static final int LARGE = 64 * 1024;

  /// Messages of [#LARGE] bytes in a turn, and one that was decoded with the last of them.
  private static final int A_TURN = InflationTurn.MOST / LARGE + 1;

  private static final int FRAMES = 100;

  private int heard;
  private boolean ended;
  private boolean mayRead = true;

  private final WebSocketHandler.Messages messages =
      new WebSocketHandler.Messages() {
        @Override
        public void text(byte[] message) {
          heard++;
        }

        @Override
        public void binary(byte[] message) {
          throw new AssertionError("only text was sent");
        }

        @Override
        public void readComplete() {
          // nothing is answered
        }

        @Override
        public void violation(int code, String reason) {
          throw new AssertionError(reason);
        }

        @Override
        public void flooded() {
          throw new AssertionError("nothing was pinged");
        }

        @Override
        public void stalled() {
          throw new AssertionError("nothing is written");
        }

        @Override
        public void gone() {
          ended = true;
        }

        @Override
        public boolean ended() {
          return ended;
        }

        @Override
        public boolean mayRead() {
          return mayRead;
        }
      };

  private final EmbeddedChannel channel =
      new EmbeddedChannel(
          new WebSocket13FrameDecoder(
              WebSocketDecoderConfig.newBuilder()
                  .allowExtensions(true)
                  .withUTF8Validator(false)
                  .build()),
          new WebSocketHandler(messages, LARGE, Optional.of(new Inflation()), LARGE));

  /// One read that brings them all.
  private void read(int frames) {
    byte[] payload =
        new Deflation().payload("x".repeat(LARGE).getBytes(StandardCharsets.US_ASCII), 15);
    ByteBuf all = Unpooled.buffer();
    for (int i = 0; i < frames; i++) {
      all.writeByte(0x80 | Frames.RSV1 | Frames.TEXT).writeByte(0x80 | payload.length).writeInt(0);
      all.writeBytes(payload);
    }
    channel.pipeline().fireChannelRead(all).fireChannelReadComplete();
  }

  @Test
  void theOthersOfItsLoopHaveTheirTurnBetweenAFewMessages() {
    read(FRAMES);

    assertThat(heard).isEqualTo(A_TURN);
    assertThat(channel.config().isAutoRead()).as("what has come is enough").isFalse();

    List<Integer> seen = new ArrayList<>();
    channel
        .eventLoop()
        .execute(
            new Runnable() {
              @Override
              public void run() {
                seen.add(heard);
                if (heard < FRAMES) {
                  channel.eventLoop().execute(this);
                }
              }
            });
    channel.runPendingTasks();

    assertThat(heard).as("none is lost").isEqualTo(FRAMES);
    for (int i = 1; i < seen.size(); i++) {
      assertThat(seen.get(i) - seen.get(i - 1)).isLessThanOrEqualTo(A_TURN);
    }
    assertThat(channel.config().isAutoRead()).isTrue();
    channel.checkException();
  }

  @Test
  void whatArrivesMeanwhileIsDecodedAfterwards() {
    read(FRAMES);
    read(FRAMES);
    assertThat(heard).as("one frame for a read in between").isEqualTo(A_TURN + 1);
    channel.runPendingTasks();
    assertThat(heard).isEqualTo(2 * FRAMES);
  }

  @Test
  void itsOwnerMayWantTheSocketNotToBeReadFurther() {
    mayRead = false;
    read(A_TURN);
    channel.runPendingTasks();
    assertThat(channel.config().isAutoRead()).isFalse();
  }

  @Test
  void afterTheEndNothingIsDecompressed() {
    read(FRAMES);
    ended = true;
    channel.runPendingTasks();
    assertThat(heard).isEqualTo(A_TURN);
  }

  @Test
  void whoLeavesInItsTurnIsNotServedAnyMore() {
    read(FRAMES);
    var _ = channel.pipeline().close(); // heard by the handlers after the turn that is due
    channel.runPendingTasks();
    assertThat(heard).isLessThanOrEqualTo(A_TURN + 2);
    channel.checkException();
  }

  @Test
  void aMessageNowAndThenIsNoReasonToPause() {
    for (int i = 0; i < FRAMES; i++) {
      read(A_TURN - 2);
      assertThat(channel.config().isAutoRead()).isTrue();
    }
    assertThat(heard).isEqualTo(FRAMES * (A_TURN - 2));
  }
}
