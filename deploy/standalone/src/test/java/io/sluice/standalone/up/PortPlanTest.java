package io.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.embedded.FreePorts;
import io.sluice.standalone.run.ProcessMark;
import io.sluice.standalone.run.RunFile;
import io.sluice.standalone.run.RunNode;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PortPlanTest {
  @Test
  void freePortsAreFine() {
    assertThatCode(() -> plan(FreePorts.next(), FreePorts.next()).check(List.of()))
        .doesNotThrowAnyException();
  }

  @Test
  void aTakenPortIsNamedWithWhoNeedsItAndTheFlagThatMovesIt() throws Exception {
    int port = neighbours() + 1;
    try (var _ = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> plan(port, FreePorts.next()).check(List.of()))
          .isInstanceOf(UpFailure.class)
          .hasMessage("port " + port + " is taken; node 1's edge needs it; --edge-port moves it");
      assertThatThrownBy(() -> plan(FreePorts.next(), port).check(List.of()))
          .hasMessage("port " + port + " is taken; node 1's API needs it; --api-port moves it");
      assertThatThrownBy(() -> new PortPlan(port - 1, FreePorts.next(), 2).check(List.of()))
          .hasMessageContaining("node 2's edge");
    }
  }

  @Test
  void anotherUpThatHasThePortIsNamed() throws Exception {
    try (var taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = taken.getLocalPort();
      RunFile other =
          new RunFile(
              new ProcessMark(4711, 0),
              Path.of("data"),
              "",
              "",
              "",
              "",
              Map.of(),
              List.of(new RunNode("node-1", 4712, port, 1)));
      assertThatThrownBy(() -> plan(port, FreePorts.next()).check(List.of(other)))
          .hasMessageContaining("taken by another 'sluice up' (process 4711)");
    }
  }

  @Test
  void edgesAndApisMustNotMeetWhenTheyCountUp() {
    int port = FreePorts.next();
    assertThatThrownBy(() -> new PortPlan(port, port + 1, 2).check(List.of()))
        .hasMessageContainingAll(String.valueOf(port + 1), "--edge-port", "--api-port");
  }

  @Test
  void aPortBeyondTheLastOneIsNamed() {
    assertThatThrownBy(() -> plan(65_536, FreePorts.next()).check(List.of()))
        .hasMessageContainingAll("65536", "65535", "--edge-port");
  }

  /// The first of two in a row.
  private static int neighbours() {
    int first = FreePorts.next();
    for (int next = FreePorts.next(); next != first + 1; next = FreePorts.next()) {
      first = next;
    }
    return first;
  }

  private static PortPlan plan(int edge, int api) {
    return new PortPlan(edge, api, 1);
  }
}
