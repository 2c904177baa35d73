package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslHandler;
import io.sluice.embedded.SelfMadeCertificate;
import io.sluice.gateway.config.ConfigLoader;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A handshake whose signature waits for as long as the test wants.
final class TlsHandshakesTest {
  private static SelfMadeCertificate certificate;

  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private long now;
  private final List<Throwable> told = new ArrayList<>();

  @BeforeAll
  static void certify() {
    certificate = SelfMadeCertificate.create();
  }

  private EmbeddedChannel server() throws Exception {
    SslHandler tls =
        Certificates.context(
                certificate.certificate().getBytes(StandardCharsets.US_ASCII),
                certificate.privateKey().getBytes(StandardCharsets.US_ASCII))
            .newHandler(ByteBufAllocator.DEFAULT, waiting::add);
    tls.setHandshakeTimeoutMillis(0);
    return new EmbeddedChannel(
        new TlsHandshakeBytes(tls),
        tls,
        new ChannelInboundHandlerAdapter() {
          @Override
          public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
            told.add(cause);
          }
        });
  }

  /// Netty asks once more, for the alert that says why.
  @Test
  void whoIsRefusedStaysRefused() {
    Admission admission =
        admission(
            Map.of(
                "sluice.edge.handshakes-per-second",
                "1",
                "sluice.edge.handshake-burst",
                "1",
                "sluice.edge.limit-loopback",
                "true"));
    EmbeddedChannel channel = new EmbeddedChannel();
    var _ = Peer.accept(channel, admission);
    while (admission.maySign(Peer.of(channel).address())) {
      waiting.clear(); // until there is no token left
    }
    now += TimeUnit.MILLISECONDS.toNanos(1);
    TlsSigning signing = new TlsSigning(waiting::add, admission, Peer.of(channel));
    assertThatThrownBy(() -> signing.execute(() -> {})).isInstanceOf(TlsSigning.Refused.class);
    now += TimeUnit.SECONDS.toNanos(10);
    assertThatThrownBy(() -> signing.execute(() -> {})).isInstanceOf(TlsSigning.Refused.class);
    assertThat(waiting).isEmpty();
  }

  private Admission admission(Map<String, String> more) {
    Map<String, String> settings = new HashMap<>(more);
    settings.put("sluice.kafka.bootstrap-servers", "kafka:9092");
    settings.put("sluice.api.key", "k-1");
    settings.put("sluice.tokens.anonymous", "true");
    return new Admission(
        ConfigLoader.parse("", Map.of(), settings).edge(),
        new EdgeMetrics(new SimpleMeterRegistry()),
        new Overload(new SimpleMeterRegistry()),
        () -> now);
  }

  private static ByteBuf clientHello() throws Exception {
    SSLEngine client = SSLContext.getDefault().createSSLEngine();
    client.setUseClientMode(true);
    ByteBuffer out = ByteBuffer.allocate(client.getSession().getPacketBufferSize());
    client.wrap(ByteBuffer.allocate(0), out);
    return Unpooled.wrappedBuffer(out.flip());
  }

  @Test
  void whoGoesOnSendingWhileItsSignatureWaitsIsNotHeardForLong() throws Exception {
    EmbeddedChannel channel = server();
    channel.writeInbound(clientHello());
    assertThat(waiting).hasSize(1);
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[TlsHandshakeBytes.MOST - 5_000]));
    assertThat(told).isEmpty();
    channel.writeInbound(Unpooled.wrappedBuffer(new byte[10_000]));
    assertThat(told)
        .singleElement()
        .isInstanceOf(SSLException.class)
        .satisfies(
            e -> assertThat(e).hasMessageContaining(Integer.toString(TlsHandshakeBytes.MOST)));
    assertThat(channel.isOpen()).as("it is not waited for").isFalse();
  }

  @Test
  void oneHandshakeIsDoneAndNoMoreWork() {
    Admission admission = admission(Map.of());
    EmbeddedChannel channel = new EmbeddedChannel();
    var _ = Peer.accept(channel, admission);
    TlsSigning signing = new TlsSigning(waiting::add, admission, Peer.of(channel));
    for (int i = 0; i < TlsSigning.STEPS; i++) {
      signing.execute(() -> {});
    }
    assertThatThrownBy(() -> signing.execute(() -> {}))
        .isInstanceOf(RejectedExecutionException.class)
        .hasMessageContaining("another handshake");
    assertThat(waiting).hasSize(TlsSigning.STEPS);
  }
}
