package io.sluice.standalone.doctor;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Runs checks one after another, within a limit of time. What is away is said once. For one
/// thread.
final class Examination {
  private final Duration limit;
  private final Duration limitOfOne;
  private final Set<Part> away = EnumSet.noneOf(Part.class);

  /// @param limit of all together
  /// @param limitOfOne of each; one that takes longer is left alone, on its thread
  Examination(Duration limit, Duration limitOfOne) {
    this.limit = limit;
    this.limitOfOne = limitOfOne;
  }

  /// Runs them, in this order.
  ///
  /// @param told each finding as soon as there is one
  void run(List<Check> checks, Consumer<Finding> told) throws InterruptedException {
    long deadline = System.nanoTime() + limit.toNanos();
    for (Check check : checks) {
      Duration left = Duration.ofNanos(deadline - System.nanoTime());
      Optional<Part> missing = check.needs().stream().filter(away::contains).findFirst();
      if (missing.isPresent()) {
        told.accept(
            Finding.notChecked(
                check.name(), missing.get().title() + " could not be asked, see above"));
      } else if (!left.isPositive()) {
        told.accept(
            Finding.notChecked(check.name(), "%d s have passed".formatted(limit.toSeconds())));
      } else {
        run(check, left.compareTo(limitOfOne) < 0 ? left : limitOfOne).forEach(told);
      }
    }
  }

  private List<Finding> run(Check check, Duration atMost) throws InterruptedException {
    FutureTask<List<Finding>> task = new FutureTask<>(check::run);
    Thread thread = Thread.ofPlatform().daemon().name("doctor " + check.name()).start(task);
    try {
      List<Finding> found = task.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return found.isEmpty()
          ? List.of(Finding.notChecked(check.name(), "there is nothing to look at yet"))
          : found;
    } catch (TimeoutException _) {
      thread.interrupt();
      away.addAll(check.needs());
      return List.of(
          Finding.error(
              check.name(),
              "took longer than %d s".formatted(atMost.toSeconds()),
              "look whether names of hosts can be resolved, and how loaded the machine is"));
    } catch (ExecutionException e) {
      return List.of(failed(check, e.getCause()));
    }
  }

  private Finding failed(Check check, @Nullable Throwable cause) {
    if (cause instanceof CheckException expected) {
      if (expected.away()) {
        away.addAll(check.needs());
      }
      return Finding.error(check.name(), String.valueOf(expected.getMessage()), expected.fix());
    }
    return Finding.error(check.name(), "this is a fault of Sluice itself: " + cause, "");
  }
}
