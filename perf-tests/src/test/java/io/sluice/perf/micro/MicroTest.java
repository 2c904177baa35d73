package io.sluice.perf.micro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sluice.broker.PositionPlan;
import io.sluice.gateway.protocol.Command;
import io.sluice.perf.micro.Micro.Figure;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Benchmark;

/// Each benchmark does what its name says, once.
final class MicroTest {
  @Test
  void onePublicationIsDeliveredToAllSubscribers() {
    FanOut fanOut = new FanOut();

    fanOut.publish200BTo10000();

    assertThat(fanOut.delivered()).isEqualTo(10_000);
    fanOut.everybodyGotEverything();
  }

  @Test
  void codecsReadAndWriteWhole() throws Exception {
    Codec codec = new Codec();

    assertThat(codec.decodeConnectAndSubscribe())
        .satisfiesExactly(
            first -> assertThat(first).isInstanceOf(Command.Connect.class),
            second -> assertThat(second).isInstanceOf(Command.Subscribe.class));
    assertThat(text(codec.encodePush200B())).startsWith("{\"push\":{\"channel\":\"orders:42\"");
    assertThat(text(codec.encodePush1KiB())).contains(text(Payload.json(1_024)));
    assertThat(Payload.json(200)).hasSize(200);
    assertThat(Payload.json(1_024)).hasSize(1_024);
  }

  @Test
  void windowsHoldAndFindWhatIsAskedOfThem() {
    Windows windows = new Windows();

    windows.append200B();

    for (int channel = 0; channel < 1_024; channel++) {
      assertThat(windows.lookUpNewest100()).hasSize(100);
    }
    assertThat(windows.cursorOver1000()).isPositive();
    assertThat(windows.resolvePosition()).isInstanceOf(PositionPlan.FromWindow.class);
  }

  /// Other builds on this machine may rehearse at the same time; no times are taken.
  @BeforeAll
  static void shareTheMachine() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @Test
  void everyBenchmarkRunsUnderJmh() throws Exception {
    List<Figure> figures = Micro.rehearse(new PrintStream(OutputStream.nullOutputStream()));

    assertThat(figures)
        .extracting(Figure::name)
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(Codec.class, FanOut.class, Windows.class).flatMap(MicroTest::names).toList());
    assertThat(figures)
        .allSatisfy(figure -> {
          assertThat(figure.unit()).isEqualTo("ns/op");
          assertThat(figure.score()).isPositive();
          assertThat(figure.iterations()).hasSize(1);
        });
  }

  @Test
  void noForkIsRefused() {
    assertThatThrownBy(() -> Micro.run(Duration.ofSeconds(1), 0, System.out))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("at least one fork, not 0");
  }

  private static Stream<String> names(Class<?> benchmarks) {
    return Arrays.stream(benchmarks.getDeclaredMethods())
        .filter(method -> method.isAnnotationPresent(Benchmark.class))
        .map(method -> benchmarks.getSimpleName() + "." + method.getName());
  }

  private static String text(byte[] utf8) {
    return new String(utf8, StandardCharsets.UTF_8);
  }
}
