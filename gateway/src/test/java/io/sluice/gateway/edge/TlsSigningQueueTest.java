package io.sluice.gateway.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.sluice.gateway.TestTls;
import io.sluice.gateway.config.ConfigLoader;
import io.sluice.gateway.config.EdgeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// More handshakes at once than may wait for a signature.
final class TlsSigningQueueTest {
  private static final int QUEUE = 2;

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final EdgeMetrics metrics = new EdgeMetrics(registry);

  private static EdgeConfig config(Path folder) throws IOException {
    Map<String, String> all =
        new HashMap<>(
            Map.of(
                "sluice.kafka.bootstrap-servers", "kafka:9092",
                "sluice.api.key", "k-1",
                "sluice.tokens.anonymous", "true"));
    TestTls.settings(folder).forEach((key, value) -> all.put("sluice." + key, value));
    return ConfigLoader.parse("", Map.of(), all).edge();
  }

  private double refusals() {
    return registry.counter("sluice.edge.refusals", "reason", "tls-handshake").count();
  }

  /// Nothing but TLS.
  private static Channel listen(EdgeLoops loops, TlsHandshakes tls, Admission admission)
      throws InterruptedException {
    return new ServerBootstrap()
        .group(loops.group())
        .channel(loops.serverChannel())
        .childHandler(
            new ChannelInitializer<Channel>() {
              @Override
              protected void initChannel(Channel channel) {
                var _ = Peer.accept(channel, admission);
                tls.secure(channel);
              }
            })
        .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
        .sync()
        .channel();
  }

  private static Future<SSLSocket> connect(ExecutorService clients, Channel to) {
    InetSocketAddress address = (InetSocketAddress) to.localAddress();
    return clients.submit(() -> TestTls.over(new Socket(address.getAddress(), address.getPort())));
  }

  @Test
  void ofMoreHandshakesThanMayWaitOneMoreIsCutAndTheOthersGoOn(@TempDir Path folder)
      throws Exception {
    EdgeConfig config = config(folder);
    ThreadPoolExecutor signing = TlsHandshakes.signing(1, QUEUE);
    Admission admission = new Admission(config, metrics, new Overload(new SimpleMeterRegistry()));
    CountDownLatch busy = new CountDownLatch(1);
    try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
        EdgeLoops loops = new EdgeLoops(1);
        TlsHandshakes tls =
            new TlsHandshakes(
                TlsFiles.open(config.tls(), metrics),
                new TlsFailures(metrics),
                admission,
                signing)) {
      Channel listener = listen(loops, tls, admission);
      signing.execute(
          () -> await().atMost(Duration.ofSeconds(60)).until(() -> busy.getCount() == 0));
      Future<SSLSocket> first = connect(clients, listener);
      Future<SSLSocket> second = connect(clients, listener);
      await().atMost(Duration.ofSeconds(30)).until(() -> signing.getQueue().size() == QUEUE);

      Future<SSLSocket> third = connect(clients, listener);
      assertThatThrownBy(() -> third.get(10, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
      // the peer is told first, and counted then
      await().atMost(Duration.ofSeconds(10)).until(() -> refusals() == 1);

      busy.countDown();
      first.get(10, TimeUnit.SECONDS).close();
      second.get(10, TimeUnit.SECONDS).close();
      connect(clients, listener).get(10, TimeUnit.SECONDS).close();
      listener.close().sync();
      assertThat(refusals()).isEqualTo(1);
    }
  }
}
