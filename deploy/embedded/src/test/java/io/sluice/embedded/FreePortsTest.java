package io.sluice.embedded;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class FreePortsTest {

  @Test
  void noPortIsGivenOutTwice() {
    List<Integer> ports =
        IntStream.range(0, 50).parallel().mapToObj(_ -> FreePorts.next()).toList();

    assertThat(ports).doesNotHaveDuplicates();
    assertThat(ports).allSatisfy(port -> assertThat(port).isBetween(20_000, 29_999));
  }

  @Test
  void aPortSomebodyListensOnIsNotFree() throws Exception {
    int port = FreePorts.next();
    assertThat(FreePorts.isFree(port)).isTrue();
    try (var _ = new ServerSocket(port, 1, InetAddress.ofLiteral("127.0.0.1"))) {
      assertThat(FreePorts.isFree(port)).isFalse();
    }
  }
}
