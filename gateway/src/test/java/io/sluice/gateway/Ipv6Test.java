package io.sluice.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Listening on IPv6.
final class Ipv6Test {
  /// Not skipped where it cannot run: who sees this fail should switch IPv6 on for loopback.
  @BeforeAll
  static void thisMachineHasIpv6() {
    assertThatCode(() -> new ServerSocket(0, 1, InetAddress.ofLiteral("::1")).close())
        .as("this machine has no ::1; these tests need IPv6 on its loopback interface")
        .doesNotThrowAnyException();
  }

  @ParameterizedTest
  @CsvSource({"::1, ::1", "::, ::1", "::, 127.0.0.1", "[::1], ::1"})
  void clientsConnectToAnIpv6ListenerAndPagesOfItAreItsOwn(String listen, String connect)
      throws Exception {
    Map<String, String> settings = Map.of("edge.host", listen, "edge.allowed-origins", "");
    try (Gateway gateway = TestStack.node("ipv6", settings)) {
      EdgeProbe probe = EdgeProbe.at(connect, gateway.edgePort());
      String host = (connect.contains(":") ? "[" + connect + "]" : connect) + ":1234";
      try (Socket socket = probe.open()) {
        socket
            .getOutputStream()
            .write(
                TestStack.bytes(
                    "GET /health HTTP/1.1\r\nHost: %1$s\r\nOrigin: http://%1$s\r\n\r\n"
                        .formatted(host)));
        assertThat(EdgeProbe.head(socket.getInputStream()))
            .startsWith("HTTP/1.1 200")
            .containsIgnoringCase("access-control-allow-origin: http://" + host);
      }
    }
  }
}
