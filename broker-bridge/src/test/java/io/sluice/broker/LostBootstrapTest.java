package io.sluice.broker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/// One of two bootstrap servers drops every packet, as a machine does that is gone. Each client
/// begins with either of them, by lot.
class LostBootstrapTest {
  private static final int CLIENTS = 10;

  private final String orders = SharedKafka.freshName("orders");

  @Test
  void eachClientComesToTheOtherBeforeItsCallIsGivenUp() throws Exception {
    SharedKafka.kafka().createTopic(orders, 1, Map.of());
    try (Lost lost = new Lost();
        ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
      ClientProperties properties =
          new ClientProperties(
              new KafkaSettings(
                  lost.address() + "," + SharedKafka.kafka().bootstrapServers(),
                  Map.of(),
                  false,
                  1,
                  (short) -1,
                  "control",
                  "dead",
                  "ledger",
                  255,
                  ByteSize.mib(16)),
              "n1");
      Callable<Long> end =
          () -> {
            TopicPartition first = new TopicPartition(orders, 0);
            try (Consumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(
                    properties.brief("test", Isolation.READ_COMMITTED, ByteSize.mib(1)))) {
              return consumer.endOffsets(List.of(first)).get(first);
            }
          };
      List<Future<Long>> asked = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        asked.add(each.submit(end));
      }
      for (Future<Long> answer : asked) {
        assertThat(answer.get()).isZero();
      }
    }
  }

  /// A port whose queue of connections is full: Linux answers no further ones.
  private static final class Lost implements AutoCloseable {
    private final ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> queued = new ArrayList<>();

    Lost() throws IOException {
      while (true) {
        Socket one = new Socket();
        queued.add(one);
        try {
          one.connect(full.getLocalSocketAddress(), 200);
        } catch (SocketTimeoutException _) {
          return;
        }
      }
    }

    String address() {
      return "127.0.0.1:" + ((InetSocketAddress) full.getLocalSocketAddress()).getPort();
    }

    @Override
    public void close() throws IOException {
      for (Socket one : queued) {
        one.close();
      }
      full.close();
    }
  }
}
