package io.sluice.embedded;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ScramCredentialInfo;
import org.apache.kafka.clients.admin.ScramMechanism;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.admin.UserScramCredentialUpsertion;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/// What is asked of a running cluster through its Admin API: topics, and the secured listener's
/// user. Used by one thread, then closed.
final class KafkaSetup implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /// The least Kafka allows: the password is random, so more rounds would protect nothing.
  private static final int SCRAM_ITERATIONS = 4096;

  private final Admin admin;

  KafkaSetup(String bootstrapServers) {
    this(bootstrapServers, Map.of());
  }

  KafkaSetup(String bootstrapServers, Map<String, String> clientProperties) {
    Map<String, Object> properties = new HashMap<>(clientProperties);
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, "embedded-setup");
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) LIMIT.toMillis());
    admin = Admin.create(properties);
  }

  void createTopic(String name, int partitions, Map<String, String> configs) {
    String what = "create topic " + name;
    var topic = new NewTopic(name, Optional.of(partitions), Optional.empty()).configs(configs);
    outcome(what, () -> admin.createTopics(List.of(topic)).all().get());
    await(what, UnknownTopicOrPartitionException.class, () -> isLed(name, partitions));
  }

  void createUser(SecuredListener secured) {
    var rounds = new ScramCredentialInfo(ScramMechanism.SCRAM_SHA_512, SCRAM_ITERATIONS);
    var user = new UserScramCredentialUpsertion(secured.user(), rounds, secured.password());
    outcome(
        "create user " + secured.user(),
        () -> admin.alterUserScramCredentials(List.of(user)).all().get());
  }

  /// A user exists on a broker only when the broker has read about it, and clients do not retry a
  /// refused password: so wait until this broker lets us in.
  void awaitLogin() {
    await(
        "log in to the secured listener",
        SaslAuthenticationException.class,
        () -> !admin.describeCluster().nodes().get().isEmpty());
  }

  private boolean isLed(String topic, int partitions)
      throws ExecutionException, InterruptedException {
    TopicDescription description =
        admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
    return description != null
        && description.partitions().size() == partitions
        && description.partitions().stream()
            .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
  }

  private static void await(
      String what, Class<? extends Exception> notYet, Callable<Boolean> condition) {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (!outcome(what, () -> attempt(condition, notYet))) {
      if (System.nanoTime() - deadline > 0) {
        throw new IllegalStateException(what + ": not done within " + LIMIT.toSeconds() + " s");
      }
    }
  }

  private static boolean attempt(Callable<Boolean> condition, Class<? extends Exception> notYet)
      throws Exception {
    try {
      if (condition.call()) {
        return true;
      }
    } catch (ExecutionException e) {
      if (!notYet.isInstance(e.getCause())) {
        throw e;
      }
    }
    Thread.sleep(LOOK_AGAIN);
    return false;
  }

  private static <T> T outcome(String what, Callable<T> action) {
    try {
      return action.call();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(what + ": interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(what + ": " + e.getCause(), e);
    } catch (Exception e) {
      throw new IllegalStateException(what + ": " + e, e);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
