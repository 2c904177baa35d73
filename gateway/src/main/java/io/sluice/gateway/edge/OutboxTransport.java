package io.sluice.gateway.edge;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.ChannelOutboundInvoker;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.unix.Socket;
import io.netty.handler.ssl.SslHandler;
import io.sluice.gateway.protocol.JsonReplies;
import io.sluice.gateway.protocol.WireForm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What all transports have in common: a socket, the messages that wait for it, and how they are
/// written. At most one write is under way: as long as the socket has not taken all of it, messages
/// wait in the outbox, where they cost nobody memory who shares them. Confined to the loop.
@SuppressWarnings(
    "FutureReturnValueIgnored") // a write that fails closes its channel, which is heard
abstract class OutboxTransport implements Transport, FrameBuffer.Framing {
  /// Bytes of messages in one write; a larger message goes alone.
  static final int MAX_WRITE = 64 * 1024;

  /// Replies may wait in so many times the room of pushes, which can be had again later.
  private static final int REPLIES = 2;

  final Channel channel;
  final Outbox outbox;
  private final LoopContext loop;
  private final long limit;
  private final @Nullable Socket socket;
  private WireForm form;
  private Runnable owner = this::flush;
  private boolean backlogged;
  private int drains;
  private @Nullable List<Runnable> rooms;

  /// @param outboxLimit bytes of pushes
  OutboxTransport(LoopContext loop, Channel channel, WireForm form, long outboxLimit) {
    this.loop = loop;
    this.channel = channel;
    this.form = form;
    this.limit = outboxLimit;
    this.outbox = new Outbox(loop.outboxes(), loop.spareLists());
    // without TLS nothing stands between the bytes and the kernel
    this.socket =
        channel instanceof EpollSocketChannel epoll
                && channel.pipeline().get(SslHandler.class) == null
            ? (Socket) epoll.fd()
            : null;
  }

  @Override
  public final void owner(Runnable flush) {
    owner = flush;
  }

  @Override
  public final WireForm form() {
    return form;
  }

  @Override
  public final boolean append(byte[] message) {
    return outbox.put(message, REPLIES * limit);
  }

  @Override
  public final boolean offer(byte[] push) {
    return outbox.offer(push, limit);
  }

  @Override
  public final long room() {
    return Math.max(0, limit - outbox.waiting());
  }

  @Override
  public final long queued() {
    return outbox.waiting();
  }

  @Override
  public final boolean waiting() {
    return !outbox.isEmpty();
  }

  @Override
  public final void markEach() {
    form = form.withMarks();
  }

  /// Without room the client keeps an older one, which costs it nothing but a longer way back.
  @Override
  public boolean mark(String token) {
    return append(JsonReplies.mark(form, token));
  }

  // writing

  @Override
  public final void flush() {
    while (!outbox.isEmpty() && !backlogged) {
      if (!channel.isActive()) {
        outbox.clear();
      } else if (!writeNext()) {
        awaitDrain();
      }
    }
    if (rooms != null && !backlogged) {
      channel.eventLoop().execute(this::tellRoom); // whoever flushes may be in the middle of a turn
    }
  }

  /// Writes everything, whatever the socket has yet to take: it is about to be closed.
  final void flushAll() {
    while (!outbox.isEmpty()) {
      if (!channel.isActive()) {
        outbox.clear();
      } else {
        writeNext();
      }
    }
  }

  /// @return whether the socket has taken it
  private boolean writeNext() {
    beforeWrite();
    int n = outbox.upTo(MAX_WRITE);
    ByteBuf bytes = loop.frames().of(outbox, n, layout(n), this);
    outbox.take(n);
    try {
      return write(bytes);
    } catch (RuntimeException | OutOfMemoryError e) {
      channel.close(); // half a message may have gone
      throw e;
    }
  }

  /// Something else may have to go first.
  void beforeWrite() {}

  /// What decides, beside the messages, how the next `n` look; null: like no others.
  abstract @Nullable Object layout(int n);

  /// Past whatever in the pipeline would put bytes into a form that they have already.
  abstract ChannelOutboundInvoker below();

  /// @param bytes stay the caller's
  /// @return whether the socket has taken all of them
  private boolean write(ByteBuf bytes) {
    int length = bytes.readableBytes();
    int taken = socket == null || unwritten() > 0 ? 0 : send(socket, bytes);
    if (taken == length) {
      return true;
    }
    ByteBuf rest = channel.alloc().directBuffer(length - taken);
    rest.writeBytes(bytes, bytes.readerIndex() + taken, length - taken);
    below().writeAndFlush(rest, channel.voidPromise());
    return unwritten() == 0;
  }

  /// The kernel is given the bytes as they are, without a message of Netty's around them.
  private int send(Socket to, ByteBuf bytes) {
    int length = bytes.readableBytes();
    try {
      return to.sendAddress(bytes.memoryAddress(), bytes.readerIndex(), bytes.writerIndex());
    } catch (IOException _) {
      channel.close(); // which is heard
      return length;
    }
  }

  /// Bytes that the socket has yet to take.
  private long unwritten() {
    ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
    return buffer == null ? 0 : buffer.totalPendingWriteBytes();
  }

  private void awaitDrain() {
    backlogged = true;
    outbox.unwritten(unwritten());
    below()
        .writeAndFlush(Unpooled.EMPTY_BUFFER)
        .addListener(_ -> channel.eventLoop().execute(this::drained));
  }

  private void drained() {
    backlogged = false;
    drains++;
    outbox.unwritten(0);
    try {
      owner.run();
    } finally {
      flush(); // tells who waits for room
    }
  }

  @Override
  public final int drains() {
    return drains;
  }

  @Override
  public final void discard() {
    outbox.clear();
  }

  @Override
  public final boolean backlogged() {
    return backlogged;
  }

  @Override
  public final void whenRoom(Runnable then) {
    if (rooms == null) {
      rooms = new ArrayList<>(1);
    }
    rooms.add(then);
    if (!backlogged) {
      channel.eventLoop().execute(this::tellRoom);
    }
  }

  private void tellRoom() {
    List<Runnable> told = rooms;
    if (told != null && !backlogged) {
      rooms = null;
      told.forEach(Runnable::run); // which throw nothing
    }
  }
}
