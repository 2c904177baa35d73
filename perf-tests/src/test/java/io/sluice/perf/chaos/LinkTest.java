package io.sluice.perf.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
final class LinkTest {
  private static final int LIMIT_MS = 10_000;
  private static final int NOTHING_COMES_MS = 300;

  private ServerSocket server;
  private Link link;

  @BeforeEach
  void open() throws IOException {
    server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    server.setSoTimeout(LIMIT_MS);
    link = new Link("test", 0, server.getLocalPort());
  }

  @AfterEach
  void close() throws IOException {
    link.close();
    server.close();
  }

  private Socket client() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
    socket.setSoTimeout(LIMIT_MS);
    return socket;
  }

  private Socket accepted() throws IOException {
    Socket socket = server.accept();
    socket.setSoTimeout(LIMIT_MS);
    return socket;
  }

  private static void passes(Socket from, Socket to) throws IOException {
    from.getOutputStream().write(7);
    assertThat(to.getInputStream().read()).isEqualTo(7);
  }

  @Test
  void whatIsSentArrivesBothWaysAndSoDoesTheEnd() throws IOException {
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      passes(behind, client);
      behind.shutdownOutput();
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void nothingPassesAHoleAndEverythingComesAfterwards() throws IOException {
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      link.weather(Weather.HOLE);
      client.getOutputStream().write(8);
      behind.setSoTimeout(NOTHING_COMES_MS);
      assertThatThrownBy(() -> behind.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);

      link.weather(Weather.CLEAR);
      behind.setSoTimeout(LIMIT_MS);
      assertThat(behind.getInputStream().read()).isEqualTo(8);
    }
  }

  @Test
  void ofAFrozenConnectionNothingArrivesAndOthersPass() throws IOException {
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      assertThat(link.freeze(1, new Random(1))).isEqualTo(1);
      client.getOutputStream().write(8);
      behind.setSoTimeout(NOTHING_COMES_MS);
      assertThatThrownBy(() -> behind.getInputStream().read())
          .isInstanceOf(SocketTimeoutException.class);
      try (Socket later = client();
          Socket beyond = accepted()) {
        passes(later, beyond);
      }
    }
  }

  @Test
  void afterBothEndsOfAFrozenConnectionHaveGoneNothingIsKeptOfIt() throws IOException {
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      passes(behind, client);
      link.freeze(1, new Random(1));
      client.getOutputStream().write(8);
      behind.getOutputStream().write(9);
      client.shutdownOutput();
      behind.setSoTimeout(NOTHING_COMES_MS);
      assertThatThrownBy(() -> behind.getInputStream().read())
          .as("the server is not told that its client has gone")
          .isInstanceOf(SocketTimeoutException.class);
      assertThat(link.connections()).isEqualTo(1);
    }
    await().until(() -> link.connections() == 0);
  }

  @Test
  void aFrozenConnectionIsNotChosenAgain() throws IOException {
    try (Socket one = client();
        Socket behindOne = accepted()) {
      passes(one, behindOne);
      assertThat(link.freeze(1, new Random(1))).isEqualTo(1);
      assertThat(link.freeze(1, new Random(1))).isZero();
      try (Socket two = client();
          Socket behindTwo = accepted()) {
        passes(two, behindTwo);
        assertThat(link.freeze(1, new Random(1))).isEqualTo(1);
      }
    }
  }

  @Test
  void aConnectionThatCannotBeAcceptedIsNotTheLast() throws IOException {
    AtomicBoolean failed = new AtomicBoolean();
    ServerSocket failing =
        new ServerSocket(0, 10, InetAddress.getLoopbackAddress()) {
          @Override
          public Socket accept() throws IOException {
            if (failed.compareAndSet(false, true)) {
              throw new SocketException("Too many open files");
            }
            return super.accept();
          }
        };
    try (Link other = new Link("failing", failing, server.getLocalPort());
        Socket client = new Socket(InetAddress.getLoopbackAddress(), other.port());
        Socket behind = accepted()) {
      client.setSoTimeout(LIMIT_MS);
      passes(client, behind);
      assertThat(failed).isTrue();
    }
  }

  @Test
  void onASlowLinkEverythingComesLater() throws IOException {
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      link.weather(new Weather.Slow(Duration.ofMillis(150), Duration.ZERO));
      long start = System.nanoTime();
      passes(client, behind);
      assertThat(Duration.ofNanos(System.nanoTime() - start))
          .isGreaterThanOrEqualTo(Duration.ofMillis(150));
    }
  }

  @Test
  void aConnectionThatIsGivenUpIsResetAndSoAreThoseThatAreCut() throws IOException {
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      link.weather(new Weather.Lossy(0, 1));
      client.getOutputStream().write(8);
      assertThatThrownBy(() -> behind.getInputStream().read()).isInstanceOf(IOException.class);
    }
    link.weather(Weather.CLEAR);
    try (Socket client = client();
        Socket behind = accepted()) {
      passes(client, behind);
      link.cut();
      assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
    }
  }

  @Test
  void whileTheServerIsAwayConnectionsEndAtOnce() throws IOException {
    server.close();
    try (Socket client = client()) {
      assertThatThrownBy(
              () -> {
                if (client.getInputStream().read() < 0) {
                  throw new IOException("ended");
                }
              })
          .isInstanceOf(IOException.class)
          .isNotInstanceOf(SocketTimeoutException.class);
    }
  }
}
