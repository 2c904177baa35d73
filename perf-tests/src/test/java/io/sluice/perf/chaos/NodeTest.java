package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.embedded.ClusterPlan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/// A node that does not run.
@Timeout(60)
final class NodeTest {
  private static final int NOTHING_COMES_MS = 300;
  private static final int LIMIT_MS = 10_000;

  @TempDir private Path folder;

  @Test
  void whoPublishesThroughANodeHasALinkThatIsCutWithThatOfItsClients() throws IOException {
    ClusterPlan plan = ClusterPlan.of(List.of(Node.way(1)));
    Program program = Program.ofThisBuild(List.of());
    try (Redis redis = new Redis();
        Node node = new Node(1, program, plan, redis, folder, folder)) {
      assertThat(node.links())
          .extracting(Link::name)
          .contains("clients to node-1", "publishers to node-1");
      assertThat(node.links())
          .filteredOn(link -> link.name().equals("publishers to node-1"))
          .singleElement()
          .satisfies(link -> assertThat(link.port()).isEqualTo(node.api().getPort()));
      for (int port : List.of(node.api().getPort(), node.edge().getPort())) {
        node.outside(Weather.HOLE);
        assertThatThrownBy(() -> read(port, NOTHING_COMES_MS))
            .isInstanceOf(SocketTimeoutException.class);
        node.outside(Weather.CLEAR);
        assertThatThrownBy(() -> read(port, LIMIT_MS))
            .isInstanceOf(SocketException.class)
            .hasMessageContaining("reset"); // the node is away
      }
    }
  }

  private static int read(int port, int limit) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(limit);
      return socket.getInputStream().read();
    }
  }
}
