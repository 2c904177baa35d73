package io.sluice.standalone.doctor;

import io.sluice.broker.KafkaLook;
import io.sluice.gateway.MemoryBudget;
import io.sluice.gateway.MemoryBudget.Place;
import io.sluice.gateway.PartSettings;
import io.sluice.gateway.config.GatewayConfig;
import io.sluice.gateway.edge.EdgeMemory;
import io.sluice.gateway.hub.Subscription;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/// Whether what a node may take by its configuration fits into what it is given. After Kafka was
/// asked, which knows how many partitions there are.
///
/// @param config the node's
/// @param heap what its JVM may take
/// @param machine where it runs
/// @param partitions of all namespaces; nothing when not known
record MemoryCheck(
    GatewayConfig config, NodeHeap heap, Machine machine, Supplier<Optional<Integer>> partitions)
    implements Check {
  private static final int LARGEST = 4;

  static MemoryCheck of(GatewayConfig config, NodeHeap heap, Machine machine, OpenedKafka kafka) {
    return new MemoryCheck(config, heap, machine, () -> kafka.ifOpen().map(KafkaLook::partitions));
  }

  @Override
  public String name() {
    return CheckNames.MEMORY;
  }

  @Override
  public Set<Part> needs() {
    return Set.of();
  }

  @Override
  public List<Finding> run() {
    Optional<Integer> known = partitions.get();
    MemoryBudget budget = PartSettings.budget(config, known.orElse(0));
    String by =
        "%s, %s"
            .formatted(
                heap.from(), known.map(it -> it + " partitions").orElse("partitions not known"));
    Optional<String> problem =
        budget.problem(new MemoryBudget.Limits(heap.heap(), heap.direct(), machine.memory()));
    if (problem.isPresent()) {
      return List.of(tooMuch(problem.get(), by));
    }
    return List.of(machine.memory() < grown(budget) ? outgrows(budget, by) : fits(budget, by));
  }

  /// What it comes to in time: of the heap the collector takes all it may, since what is free costs
  /// it nothing; and what the kernel has for connections, which is of the same memory.
  private long grown(MemoryBudget budget) {
    return heap.heap() + budget.sum(Place.DIRECT) + budget.sum(Place.JVM) + kernel();
  }

  private long kernel() {
    return (long) config.edge().maxConnections() * EdgeMemory.KERNEL;
  }

  private Finding outgrows(MemoryBudget budget, String by) {
    long others = budget.sum(Place.DIRECT) + budget.sum(Place.JVM);
    return Finding.warning(
        name(),
        "the heap may grow to %d MiB (%s), buffers and the JVM take %d besides, the kernel %d for edge.max-connections: %d, %d in all, and there are %d: the system may kill the node"
            .formatted(
                mib(heap.heap()),
                by,
                mib(others),
                mib(kernel()),
                config.edge().maxConnections(),
                mib(grown(budget)),
                mib(machine.memory())),
        "give the machine or container %d MiB, or lower -Xmx or edge.max-connections"
            .formatted(mib(grown(budget))));
  }

  /// The first line says what is too much, the others of what.
  private Finding tooMuch(String problem, String by) {
    String said = problem.replaceFirst("^memory: ", "");
    int end = said.indexOf('\n') < 0 ? said.length() : said.indexOf('\n');
    return Finding.error(
        name(), said.substring(0, end) + " (" + by + ")" + said.substring(end), "");
  }

  private Finding fits(MemoryBudget budget, String by) {
    return Finding.ok(
        name(),
        "%d MiB of heap at most, of %d that may be (%d %% of %s), %d MiB in all, with a channel for each connection and room for %d more each; most: %s"
            .formatted(
                mib(budget.sum(Place.HEAP)),
                mib(heap.heap() / 100 * MemoryBudget.MOST_PERCENT),
                MemoryBudget.MOST_PERCENT,
                by,
                mib(budget.parts().stream().mapToLong(MemoryBudget.Part::bytes).sum()),
                channelsMore(budget),
                largest(budget)));
  }

  /// How many more channels each connection may have, all of them at once, before the heap is full.
  private long channelsMore(MemoryBudget budget) {
    long left = heap.heap() / 100 * MemoryBudget.MOST_PERCENT - budget.sum(Place.HEAP);
    return left / Subscription.BYTES / config.edge().maxConnections();
  }

  private static String largest(MemoryBudget budget) {
    return budget.parts().stream()
        .filter(it -> it.place() == Place.HEAP)
        .sorted(Comparator.comparingLong(MemoryBudget.Part::bytes).reversed())
        .limit(LARGEST)
        .map(it -> it.name() + " " + mib(it.bytes()))
        .collect(Collectors.joining(", "));
  }

  private static long mib(long bytes) {
    return (bytes + (1 << 20) - 1) >> 20;
  }
}
