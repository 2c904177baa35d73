package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import java.util.List;

/// A frame decoder that can keep what it has as it is. Confined to the loop.
final class PausableFrameDecoder extends WebSocket13FrameDecoder {
  private boolean paused;

  PausableFrameDecoder(WebSocketDecoderConfig config) {
    super(config);
  }

  /// Decodes nothing more until [#goOn], however many bytes come; a frame that is being passed on
  /// is the last.
  void pause() {
    paused = true;
  }

  boolean paused() {
    return paused;
  }

  /// Decodes again from the next bytes on.
  void goOn() {
    paused = false;
  }

  @Override
  protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) throws Exception {
    if (!paused) {
      super.decode(ctx, in, out);
    }
  }
}
