package io.sluice.standalone.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/// In which order things are looked at, and what is said of what cannot be.
class ExaminationTest {
  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final List<Finding> told = new ArrayList<>();

  @Test
  void whatIsAwayIsSaidOnceAndWhoNeedsItIsNotChecked() throws Exception {
    run(
        new Examination(MINUTE, MINUTE),
        check(
            "kafka",
            Part.KAFKA,
            () -> {
              throw CheckException.away("Kafka does not answer", "start it");
            }),
        check("topics", Part.KAFKA, () -> List.of(Finding.ok("topics", "never asked"))),
        check("redis", Part.REDIS, () -> List.of(Finding.ok("redis", "is there"))));
    assertThat(told)
        .containsExactly(
            Finding.error("kafka", "Kafka does not answer", "start it"),
            Finding.notChecked("topics", "Kafka could not be asked, see above"),
            Finding.ok("redis", "is there"));
  }

  @Test
  void anAnswerThatIsNoAnswerStopsNoOtherCheck() throws Exception {
    run(
        new Examination(MINUTE, MINUTE),
        check(
            "rights",
            Part.KAFKA,
            () -> {
              throw CheckException.failed("may not be seen", "give the right");
            }),
        check(
            "topics",
            Part.KAFKA,
            () -> {
              throw new IllegalStateException("oops");
            }),
        check("keys", Part.KAFKA, () -> List.of(Finding.ok("keys", "are fine"))));
    assertThat(told)
        .containsExactly(
            Finding.error("rights", "may not be seen", "give the right"),
            Finding.error(
                "topics",
                "this is a fault of Sluice itself: java.lang.IllegalStateException: oops",
                ""),
            Finding.ok("keys", "are fine"));
  }

  @Test
  void aCheckThatHangsIsLeftAloneAndTheOthersGoOn() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    run(
        new Examination(MINUTE, Duration.ofSeconds(2)), // "redis" has it too
        check(
            "kafka",
            Part.KAFKA,
            () -> {
              never.await();
              return List.of();
            }),
        check("topics", Part.KAFKA, List::of),
        check("redis", Part.REDIS, () -> List.of(Finding.ok("redis", "is there"))));
    assertThat(told)
        .extracting(Finding::level)
        .containsExactly(Level.ERROR, Level.NOT_CHECKED, Level.OK);
    assertThat(told.getFirst().said()).startsWith("took longer than");
  }

  @Test
  void allOfItIsOverInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    run(
        new Examination(Duration.ofMillis(200), MINUTE),
        check(
            "kafka",
            Part.KAFKA,
            () -> {
              never.await();
              return List.of();
            }),
        check("redis", Part.REDIS, List::of));
    assertThat(told).extracting(Finding::level).containsExactly(Level.ERROR, Level.NOT_CHECKED);
    assertThat(told.getLast().said()).endsWith("s have passed");
  }

  private void run(Examination examination, Check... checks) throws InterruptedException {
    examination.run(List.of(checks), told::add);
  }

  private static Check check(String name, Part needed, Callable<List<Finding>> looking) {
    return new Check() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Set<Part> needs() {
        return Set.of(needed);
      }

      @Override
      public List<Finding> run() throws CheckException, InterruptedException {
        try {
          return looking.call();
        } catch (CheckException | InterruptedException | RuntimeException e) {
          throw e;
        } catch (Exception e) {
          throw new IllegalStateException(e);
        }
      }
    };
  }
}
