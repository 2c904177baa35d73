package io.sluice.perf.chaos;

import io.sluice.embedded.BrokerMain;
import io.sluice.embedded.ClusterPlan;
import io.sluice.perf.run.ChildProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartitionInfo;

/// Three brokers, each a process: everything is on all of them, and written when two have it. One
/// thread.
final class Brokers implements AutoCloseable {
  private static final Duration STARTING = Duration.ofMinutes(3);
  private static final Duration IN_SYNC = Duration.ofSeconds(90);
  private static final Duration ANSWER = Duration.ofSeconds(20);
  private static final Duration OTHER_BROKER = Duration.ofSeconds(5);
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(250);

  /// While a fail-over is timed, of which a frozen broker that is asked may hide so much.
  private static final Duration SHORT_ANSWER = Duration.ofMillis(250);

  private static final String LAUNCHER = BrokerMain.class.getName();
  private static final List<String> FLAGS =
      List.of(
          "-Xmx320m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:-UsePerfData",
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Dlogback.configurationFile=io/sluice/perf/quiet-logback.xml");

  private final ClusterPlan plan;
  private final List<Service> all = new ArrayList<>();

  /// Starts nothing yet.
  ///
  /// @param folder for plan and data
  Brokers(ClusterPlan plan, Path folder, Path logs) throws IOException {
    this.plan = plan;
    Path file = folder.resolve("brokers.properties");
    plan.write(file);
    for (int broker = 1; broker <= ClusterPlan.BROKERS; broker++) {
      List<String> arguments =
          List.of(file.toString(), folder.toString(), Integer.toString(broker));
      String name = "broker-" + broker;
      all.add(
          new Service(
              name,
              logs,
              () ->
                  ChildProcess.java(
                      name,
                      FLAGS,
                      System.getProperty("java.class.path"),
                      LAUNCHER,
                      arguments,
                      Map.of())));
    }
  }

  /// Starts those that do not run; returns when they take requests.
  void start() throws IOException {
    List<ChildProcess> starting = new ArrayList<>();
    for (Service broker : all) {
      broker.start().ifPresent(starting::add);
    }
    for (ChildProcess broker : starting) {
      broker.line(STARTING);
    }
  }

  /// @param number from 1
  Service broker(int number) {
    return all.get(number - 1);
  }

  void createTopic(String topic, int partitions) throws IOException {
    try (Admin admin = admin(OTHER_BROKER)) {
      NewTopic wanted = new NewTopic(topic, partitions, (short) ClusterPlan.BROKERS);
      admin.createTopics(List.of(wanted)).all().get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("cannot create topic " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  /// Which broker leads each partition, from 1.
  List<Integer> leaders(String topic) throws IOException {
    List<Integer> leaders = new ArrayList<>();
    for (TopicPartitionInfo partition : describe(topic).partitions()) {
      leaders.add(partition.leader() == null ? 0 : partition.leader().id());
    }
    return leaders;
  }

  /// Waits until each partition has another leader than this broker, and no write waits for it, as
  /// clients of Kafka are told.
  ///
  /// @return when that came about; nothing when it had not by then
  OptionalLong awaitLedWithout(int broker, String topic, Duration limit) throws IOException {
    Admin admin = admin(SHORT_ANSWER);
    try {
      return FailOver.await(() -> isLedWithout(broker, admin, topic), limit);
    } finally {
      admin.close(SHORT_ANSWER);
    }
  }

  private static boolean isLedWithout(int broker, Admin admin, String topic)
      throws InterruptedException {
    try {
      return describe(admin, topic, SHORT_ANSWER).partitions().stream()
          .allMatch(it ->
              it.leader() != null
                  && !it.leader().isEmpty()
                  && it.isr().stream().noneMatch(node -> node.id() == broker));
    } catch (ExecutionException | TimeoutException _) {
      return false; // who was asked is away, or does not know: another is asked
    }
  }

  /// Waits until all three have everything.
  void awaitInSync(String topic) throws IOException {
    long end = System.nanoTime() + IN_SYNC.toNanos();
    String last = "";
    while (System.nanoTime() - end < 0) {
      try {
        List<TopicPartitionInfo> partitions = describe(topic).partitions();
        if (partitions.stream()
            .allMatch(it -> it.leader() != null && it.isr().size() == ClusterPlan.BROKERS)) {
          return;
        }
        last = partitions.stream().map(it -> it.isr().toString()).collect(Collectors.joining("; "));
        TimeUnit.NANOSECONDS.sleep(BETWEEN_QUESTIONS.toNanos());
      } catch (IOException e) {
        last = e.toString();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }
    throw new IOException(
        "after %d s not all brokers have everything: %s".formatted(IN_SYNC.toSeconds(), last));
  }

  private TopicDescription describe(String topic) throws IOException {
    try (Admin admin = admin(OTHER_BROKER)) {
      return describe(admin, topic, ANSWER);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("Kafka does not describe topic " + topic, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  private static TopicDescription describe(Admin admin, String topic, Duration limit)
      throws ExecutionException, TimeoutException, InterruptedException {
    DescribeTopicsOptions options = new DescribeTopicsOptions().timeoutMs((int) limit.toMillis());
    return admin
        .describeTopics(List.of(topic), options)
        .topicNameValues()
        .values()
        .iterator()
        .next()
        .get(limit.toMillis(), TimeUnit.MILLISECONDS);
  }

  /// @param answer after so long another broker is asked
  private Admin admin(Duration answer) {
    return Admin.create(
        Map.of(
            AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
            plan.bootstrapServers(),
            AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
            Long.toString(answer.toMillis())));
  }

  @Override
  public void close() {
    all.forEach(Service::close);
  }
}
