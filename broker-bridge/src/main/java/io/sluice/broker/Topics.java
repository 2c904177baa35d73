package io.sluice.broker;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InvalidPartitionsException;
import org.apache.kafka.common.errors.InvalidReplicationFactorException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The topics the bridge uses, through Kafka's Admin API. [#start] checks them, and creates missing
/// ones where that is configured; [#describe] looks again while the node runs. Any thread may call;
/// only [#start], [#isStill], [#renew] and [#close] block.
final class Topics implements AutoCloseable {
  /// How long Kafka has to answer all that is asked at start.
  static final Duration START = Duration.ofSeconds(15);

  /// How long Kafka has to answer a look at topics while the node runs.
  static final Duration LOOK = Duration.ofSeconds(5);

  private static final Logger log = LoggerFactory.getLogger(Topics.class);
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);
  private static final Duration CLOSING = Duration.ofSeconds(1);

  private final KafkaSettings kafka;
  private final PublishSettings publish;
  private final Duration startTimeout;
  private final Duration lookTimeout;
  private final Duration mute;
  private final AtomicBoolean renewing = new AtomicBoolean();
  private final ClientProperties clients;
  private volatile Admin admin;
  private volatile long answered = System.nanoTime(); // or began to be renewed
  private boolean closed; // under the monitor

  /// Connects to nothing yet.
  ///
  /// @throws BridgeStartException when the properties are no client's
  Topics(KafkaSettings kafka, PublishSettings publish, ClientProperties clients) {
    this(kafka, publish, clients, START);
  }

  Topics(
      KafkaSettings kafka,
      PublishSettings publish,
      ClientProperties clients,
      Duration startTimeout) {
    this.kafka = kafka;
    this.publish = publish;
    this.clients = clients;
    this.startTimeout = startTimeout;
    this.lookTimeout = startTimeout.compareTo(LOOK) < 0 ? startTimeout : LOOK;
    this.mute = startTimeout.multipliedBy(2);
    try {
      this.admin = create();
    } catch (KafkaException e) {
      throw new BridgeStartException(
          "kafka.bootstrap-servers '%s' or kafka.properties: %s"
              .formatted(kafka.bootstrapServers(), innermost(e).getMessage()),
          e);
    }
  }

  private Admin create() {
    return Admin.create(clients.admin(startTimeout));
  }

  /// Goes on with another Admin client; what is under way by this one fails. Blocks.
  ///
  /// @throws KafkaException when none can be made: it goes on with the one that it has
  void renew() {
    Admin fresh = create(); // looks up names, which may hang: not under the monitor
    take(fresh).close(CLOSING);
  }

  /// Goes on with another Admin client when no look was answered for twice [#START]: one whose
  /// thread has ended refuses everything for ever. To be called now and then; does not wait.
  void renewIfMute() {
    if (System.nanoTime() - answered < mute.toNanos() || !renewing.compareAndSet(false, true)) {
      return;
    }
    log.warn("Kafka described no topic, asking by another client muteMs={}", mute.toMillis());
    answered = System.nanoTime();
    Thread.ofVirtual()
        .name("sluice-admin-renewal")
        .start(() -> {
          try {
            renew();
          } catch (KafkaException e) {
            log.warn("no other client for looks at topics could be made", e);
          } finally {
            renewing.set(false);
          }
        });
  }

  /// Returns the one that is of no use any more.
  private synchronized Admin take(Admin fresh) {
    if (closed) {
      return fresh;
    }
    Admin old = admin;
    admin = fresh;
    return old;
  }

  /// Describes every bound topic and the ones nodes share, and creates missing ones where that is
  /// configured. Takes at most [#START].
  ///
  /// @return in the order of the bindings
  /// @throws BridgeStartException naming the topic, whose it is, and what to change
  List<TopicState> start(Collection<TopicBinding> bindings) {
    TopicDemands demands = new TopicDemands(kafka, publish, bindings);
    long deadline = System.nanoTime() + startTimeout.toNanos();
    Map<String, TopicDescription> found = find(demands, deadline);
    Set<String> missing = new TreeSet<>(demands.topics());
    missing.removeAll(found.keySet());
    if (!missing.isEmpty()) {
      if (!kafka.createTopics()) {
        throw new BridgeStartException(demands.missing(missing));
      }
      create(missing, demands, deadline);
      found = awaitAll(missing, demands, deadline);
    }
    check(found, demands, deadline);
    return states(bindings, found);
  }

  /// Looks at topics as they are now; those that are not there are not in the answer. The stage
  /// completes on the admin client's thread within [#LOOK], with an exception when Kafka does not
  /// answer. A broker that has just started may miss a topic for a moment.
  CompletionStage<Map<TopicBinding, TopicState>> describe(Collection<TopicBinding> bindings) {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                bindings.stream().map(TopicBinding::topic).toList(),
                new DescribeTopicsOptions().timeoutMs((int) lookTimeout.toMillis()))
            .topicNameValues();
    Map<TopicBinding, TopicState> states = new LinkedHashMap<>();
    CompletionStage<Map<TopicBinding, TopicState>> all = CompletableFuture.completedFuture(states);
    for (TopicBinding binding : bindings) {
      KafkaFuture<TopicDescription> answer = asked.get(binding.topic());
      if (answer == null) {
        continue;
      }
      CompletionStage<Optional<TopicState>> one =
          optional(answer).thenApply(it -> it.map(d -> state(binding, d)));
      all =
          all.thenCombine(
              one,
              (map, state) -> {
                state.ifPresent(it -> map.put(binding, it));
                return map;
              });
    }
    return all.whenComplete((_, e) -> {
      if (e == null || innermost(e) instanceof AuthorizationException) {
        answered = System.nanoTime();
      }
    });
  }

  /// One topic as it is now, or nothing when it is not there. As [#describe(Collection)].
  CompletionStage<Optional<TopicState>> describe(TopicBinding binding) {
    return describe(List.of(binding)).thenApply(states -> Optional.ofNullable(states.get(binding)));
  }

  /// Whether a topic is the one with this id still. Blocks.
  ///
  /// @throws KafkaException when Kafka does not answer in time
  boolean isStill(TopicBinding binding, Uuid id, Duration patience) throws InterruptedException {
    try {
      return describe(binding)
          .toCompletableFuture()
          .get(patience.toMillis(), TimeUnit.MILLISECONDS)
          .filter(state -> state.id().equals(id))
          .isPresent();
    } catch (ExecutionException | java.util.concurrent.TimeoutException e) {
      throw new KafkaException("Kafka does not describe " + binding.topic(), e);
    }
  }

  /// For other questions to the brokers, as it is now; closed with this.
  Admin admin() {
    return admin;
  }

  @Override
  public synchronized void close() {
    closed = true;
    admin.close(CLOSING);
  }

  private Map<String, TopicDescription> find(TopicDemands demands, long deadline) {
    Map<String, KafkaFuture<TopicDescription>> asked =
        admin
            .describeTopics(
                demands.topics(),
                new DescribeTopicsOptions()
                    .includeAuthorizedOperations(true)
                    .timeoutMs(millisLeft(deadline)))
            .topicNameValues();
    Map<String, TopicDescription> found = new HashMap<>();
    List<String> faults = new ArrayList<>();
    asked.forEach((topic, future) -> {
      try {
        found.put(topic, get(future, deadline));
      } catch (UnknownTopicOrPartitionException _) {
        log.debug("topic is not there topic={}", topic);
      } catch (AuthorizationException _) {
        faults.add(demands.missingAcl(AclOperation.DESCRIBE, topic));
      } catch (KafkaException e) {
        faults.add("topic %s: %s".formatted(demands.named(topic), e.getMessage()));
      }
    });
    throwIfAny(faults);
    return found;
  }

  private void create(Set<String> missing, TopicDemands demands, long deadline) {
    List<String> faults = new ArrayList<>();
    admin
        .createTopics(missing.stream().map(demands::fresh).toList())
        .values()
        .forEach((topic, future) -> {
          try {
            get(future, deadline);
            log.info("created topic={}", topic);
          } catch (TopicExistsException _) {
            log.info("another node created topic={}", topic);
          } catch (AuthorizationException _) {
            faults.add(demands.missingAcl(AclOperation.CREATE, topic));
          } catch (InvalidReplicationFactorException e) {
            faults.add(
                "kafka.replication-factor is %d: %s"
                    .formatted(kafka.replicationFactor(), e.getMessage()));
          } catch (InvalidPartitionsException e) {
            faults.add("kafka.partitions is %d: %s".formatted(kafka.partitions(), e.getMessage()));
          } catch (KafkaException e) {
            faults.add(
                "topic %s could not be created: %s"
                    .formatted(demands.named(topic), e.getMessage()));
          }
        });
    throwIfAny(faults);
  }

  /// A created topic is known to brokers and gets its leaders a moment later.
  private Map<String, TopicDescription> awaitAll(
      Set<String> created, TopicDemands demands, long deadline) {
    while (true) {
      Map<String, TopicDescription> found = find(demands, deadline);
      if (found.keySet().containsAll(demands.topics())
          && created.stream().allMatch(topic -> isLed(found.get(topic)))) {
        return found;
      }
      if (deadline - System.nanoTime() <= 0) {
        throw new BridgeStartException(
            "created topics have no leaders within %d s: %s"
                .formatted(startTimeout.toSeconds(), String.join(", ", created)));
      }
      try {
        Thread.sleep(LOOK_AGAIN);
      } catch (InterruptedException e) {
        throw interrupted(e);
      }
    }
  }

  private void check(Map<String, TopicDescription> found, TopicDemands demands, long deadline) {
    List<String> faults = new ArrayList<>();
    found.values().forEach(topic -> faults.addAll(demands.faults(topic)));
    throwIfAny(faults);
    List<ConfigResource> resources =
        found.keySet().stream()
            .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
            .toList();
    Map<ConfigResource, KafkaFuture<Config>> asked = admin.describeConfigs(resources).values();
    asked.forEach((resource, future) -> {
      try {
        Config settings = get(future, deadline);
        demands.fault(resource.name(), settings).ifPresent(faults::add);
        if (resource.name().equals(kafka.deadLetterTopic())
            && !TopicDemands.isCompacted(settings)) {
          log.warn("dead letters may be there twice: not compacted topic={}", resource.name());
        }
      } catch (AuthorizationException _) {
        faults.add(demands.missingAcl(AclOperation.DESCRIBE_CONFIGS, resource.name()));
      } catch (KafkaException e) {
        faults.add("topic %s: %s".formatted(demands.named(resource.name()), e.getMessage()));
      }
    });
    throwIfAny(faults);
  }

  private static List<TopicState> states(
      Collection<TopicBinding> bindings, Map<String, TopicDescription> found) {
    List<TopicState> states = new ArrayList<>();
    for (TopicBinding binding : bindings) {
      TopicDescription description = found.get(binding.topic());
      if (description != null) {
        states.add(state(binding, description));
      }
    }
    return List.copyOf(states);
  }

  private static TopicState state(TopicBinding binding, TopicDescription description) {
    return new TopicState(binding, description.topicId(), description.partitions().size());
  }

  private static boolean isLed(@Nullable TopicDescription description) {
    return description != null
        && description.partitions().stream()
            .allMatch(partition -> partition.leader() != null && !partition.leader().isEmpty());
  }

  private static CompletionStage<Optional<TopicDescription>> optional(
      KafkaFuture<TopicDescription> future) {
    return future
        .toCompletionStage()
        .thenApply(Optional::of)
        .exceptionally(e -> {
          if (innermost(e) instanceof UnknownTopicOrPartitionException) {
            return Optional.empty();
          }
          throw innermost(e) instanceof RuntimeException r ? r : new IllegalStateException(e);
        });
  }

  /// Waits for an answer of [#admin].
  ///
  /// @param deadline by [System#nanoTime]
  /// @throws BridgeStartException when nobody answers, or Kafka lets nobody in
  /// @throws KafkaException what else was answered
  <T> T get(KafkaFuture<T> future, long deadline) {
    try {
      // the admin client's own time limit comes first, and says more
      return future.get(millisLeft(deadline) + 500L, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (java.util.concurrent.TimeoutException e) {
      throw noAnswer(e);
    } catch (ExecutionException e) {
      throw switch (innermost(e)) {
        case TimeoutException timeout -> noAnswer(timeout);
        case AuthenticationException refused ->
            new BridgeStartException(
                "login or TLS with kafka.properties failed at %s: %s"
                    .formatted(kafka.bootstrapServers(), refused.getMessage()),
                refused);
        case KafkaException other -> other;
        case Throwable other -> new IllegalStateException(other);
      };
    }
  }

  private BridgeStartException noAnswer(Throwable cause) {
    return new BridgeStartException(
        "Kafka does not answer within %d s at kafka.bootstrap-servers: %s (is it there, and is security.protocol in kafka.properties what it speaks?)"
            .formatted(startTimeout.toSeconds(), kafka.bootstrapServers()),
        cause);
  }

  private static BridgeStartException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new BridgeStartException("interrupted while starting", e);
  }

  private static void throwIfAny(List<String> faults) {
    if (!faults.isEmpty()) {
      throw new BridgeStartException(String.join("; ", faults));
    }
  }

  private static Throwable innermost(Throwable e) {
    Throwable cause = e.getCause();
    return cause == null ? e : innermost(cause);
  }

  private static int millisLeft(long deadline) {
    return (int) Math.max(1, (deadline - System.nanoTime()) / 1_000_000);
  }
}
