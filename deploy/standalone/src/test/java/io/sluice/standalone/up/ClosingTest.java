package io.sluice.standalone.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class ClosingTest {
  private final List<String> events = new CopyOnWriteArrayList<>();
  private final Closing closing = new Closing(Duration.ofSeconds(5), events::add);

  @Test
  void closesInReverseAndOnlyOnce() throws Exception {
    closing.start(() -> () -> events.add("first"));
    closing.start(() -> () -> events.add("second"));
    closing.close();
    closing.close();
    assertThat(events).containsExactly("second", "first");
  }

  @Test
  void oneThatFailsIsReportedAndTheOthersAreClosed() throws Exception {
    closing.start(() -> () -> events.add("first"));
    closing.start(() ->
        () -> {
          throw new IllegalStateException("no");
        });
    closing.close();
    assertThat(events)
        .containsExactly("while stopping: java.lang.IllegalStateException: no", "first");
  }

  @Test
  void closingDuringAStartWaitsForItAndRefusesTheNext() throws Exception {
    CountDownLatch starting = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    Thread starter =
        Thread.ofPlatform()
            .start(() -> {
              try {
                closing.start(() -> {
                  starting.countDown();
                  go.await();
                  return () -> events.add("closed");
                });
              } catch (Exception e) {
                events.add(e.toString());
              }
            });
    starting.await();
    Thread closer = Thread.ofPlatform().start(closing::close);
    await().until(() -> closer.getState() == Thread.State.TIMED_WAITING);
    assertThat(events).isEmpty();
    go.countDown();
    starter.join();
    closer.join();
    assertThat(events).containsExactly("closed");
    assertThatThrownBy(() -> closing.start(() -> () -> events.add("late")))
        .isInstanceOf(UpFailure.class);
  }

  @Test
  void oneThatHangsDoesNotKeepTheOthersOpen() throws Exception {
    Closing impatient = new Closing(Duration.ofMillis(200), events::add);
    CountDownLatch never = new CountDownLatch(1);
    impatient.start(() -> () -> events.add("first"));
    impatient.start(() -> never::await);
    impatient.close();
    assertThat(events).first().asString().startsWith("not stopped within");
    await().until(() -> events.contains("first"));
  }
}
