package io.sluice.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeAclsOptions;
import org.apache.kafka.clients.admin.DescribeConfigsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AccessControlEntryFilter;
import org.apache.kafka.common.acl.AclBindingFilter;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.SecurityDisabledException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePatternFilter;
import org.apache.kafka.common.resource.ResourceType;

/// The topics that a node needs, as they are: whether they are there, their settings, and what this
/// client may do with them. For one thread, which waits; changes nothing.
final class TopicLook {
  private final BridgeSettings settings;
  private final Topics topics;
  private final TopicDemands demands;
  private final Map<String, TopicDescription> found = new LinkedHashMap<>();
  private final Set<String> missing = new TreeSet<>();
  private final Set<String> denied = new TreeSet<>();
  private final Map<String, String> failed = new LinkedHashMap<>();

  TopicLook(BridgeSettings settings, Topics topics) {
    this.settings = settings;
    this.topics = topics;
    this.demands = new TopicDemands(settings.kafka(), settings.publish(), settings.bindings());
  }

  /// Asks for all of them. Once, before anything else.
  ///
  /// @param timeoutMs for the answer
  /// @throws BridgeStartException when Kafka does not answer
  void find(int timeoutMs) {
    long deadline = deadline(timeoutMs);
    Map<String, KafkaFuture<TopicDescription>> asked =
        topics
            .admin()
            .describeTopics(
                demands.topics(),
                new DescribeTopicsOptions().includeAuthorizedOperations(true).timeoutMs(timeoutMs))
            .topicNameValues();
    for (String topic : demands.topics()) {
      KafkaFuture<TopicDescription> answer = asked.get(topic);
      if (answer == null) {
        continue;
      }
      try {
        found.put(topic, topics.get(answer, deadline));
      } catch (UnknownTopicOrPartitionException _) {
        missing.add(topic);
      } catch (AuthorizationException _) {
        denied.add(topic);
      } catch (KafkaException e) {
        failed.put(topic, String.valueOf(e.getMessage()));
      }
    }
  }

  /// A topic that is there and may be seen.
  Optional<TopicDescription> description(String topic) {
    return Optional.ofNullable(found.get(topic));
  }

  /// The partitions of a topic that have a leader, and so can be asked; none of one that is not
  /// there.
  List<TopicPartition> led(String topic) {
    return description(topic).stream()
        .flatMap(it -> it.partitions().stream())
        .filter(it -> it.leader() != null && !it.leader().isEmpty())
        .map(it -> new TopicPartition(topic, it.partition()))
        .toList();
  }

  /// Of all namespaces' topics that are there.
  int partitions() {
    return settings.bindings().stream()
        .flatMap(it -> description(it.topic()).stream())
        .mapToInt(it -> it.partitions().size())
        .sum();
  }

  /// What is wrong with the topics themselves, and a line for each that is fine. Of those that may
  /// not even be seen [#rights] tells.
  ///
  /// @param brokers how many there are
  /// @param published whether clients may publish to a namespace
  List<Remark> remarks(int brokers, Predicate<String> published, int timeoutMs) {
    List<Remark> remarks = new ArrayList<>();
    failed.forEach((topic, why) ->
        remarks.add(Remark.error("topic " + demands.named(topic) + ": " + why, describe(topic))));
    if (!missing.isEmpty()) {
      remarks.addAll(settings.kafka().createTopics() ? rehearsed(timeoutMs) : notThere());
    }
    TopicAdvice advice = new TopicAdvice(settings, brokers, published);
    Map<String, Config> configs = configs(remarks, timeoutMs);
    found.forEach((topic, description) -> {
      Optional<String> misshapen = demands.misshapen(description);
      misshapen.ifPresent(it -> remarks.add(Remark.error(it, "make it anew with one")));
      Config config = configs.get(topic);
      if (config == null) {
        return; // may not be seen, or was said
      }
      Optional<String> fault = demands.fault(topic, config);
      fault.ifPresent(it -> remarks.add(Remark.error(it, "")));
      List<Remark> more =
          advice.of(demands.named(topic), description, config, demands.binding(topic));
      remarks.addAll(more);
      if (misshapen.isEmpty() && fault.isEmpty() && more.isEmpty()) {
        remarks.add(Remark.ok(TopicAdvice.summary(demands.named(topic), description, config)));
      }
    });
    return remarks;
  }

  private List<Remark> notThere() {
    return missing.stream()
        .map(it ->
            Remark.error(
                "topic %s is not there".formatted(demands.named(it)),
                "create it, or set kafka.create-topics: true"))
        .toList();
  }

  /// Kafka says what it would answer, and creates nothing.
  private List<Remark> rehearsed(int timeoutMs) {
    long deadline = deadline(timeoutMs);
    List<NewTopic> fresh = missing.stream().map(demands::fresh).toList();
    Map<String, KafkaFuture<Void>> asked =
        topics
            .admin()
            .createTopics(fresh, new CreateTopicsOptions().validateOnly(true).timeoutMs(timeoutMs))
            .values();
    List<Remark> remarks = new ArrayList<>();
    for (NewTopic topic : fresh) {
      KafkaFuture<Void> answer = asked.get(topic.name());
      if (answer == null) {
        continue;
      }
      String named = demands.named(topic.name());
      try {
        topics.get(answer, deadline);
        remarks.add(
            Remark.ok(
                "%s is not there yet: the first node makes it with %d partitions"
                    .formatted(named, topic.numPartitions())));
      } catch (AuthorizationException _) {
        remarks.add(
            Remark.error(
                demands.missingAcl(AclOperation.CREATE, topic.name()),
                grant(Set.of(AclOperation.CREATE), topic.name())));
      } catch (KafkaException e) {
        remarks.add(
            Remark.error(
                "topic %s cannot be created: %s".formatted(named, e.getMessage()),
                "see kafka.partitions and kafka.replication-factor"));
      }
    }
    return remarks;
  }

  private Map<String, Config> configs(List<Remark> remarks, int timeoutMs) {
    long deadline = deadline(timeoutMs);
    Map<String, Config> configs = new HashMap<>();
    Map<ConfigResource, KafkaFuture<Config>> asked =
        topics
            .admin()
            .describeConfigs(
                found.keySet().stream()
                    .map(it -> new ConfigResource(ConfigResource.Type.TOPIC, it))
                    .toList(),
                new DescribeConfigsOptions().timeoutMs(timeoutMs))
            .values();
    asked.forEach((resource, answer) -> {
      try {
        configs.put(resource.name(), topics.get(answer, deadline));
      } catch (AuthorizationException _) {
        // the right that is missing is told with the others
      } catch (KafkaException e) {
        remarks.add(
            Remark.error(
                "topic %s: %s".formatted(demands.named(resource.name()), e.getMessage()),
                describe(resource.name())));
      }
    });
    return configs;
  }

  /// Shows more than the answer said.
  private String describe(String topic) {
    return "correct its name in the configuration, or look what is wrong with it: kafka-topics.sh --bootstrap-server %s --describe --topic '%s', and the brokers' logs"
        .formatted(settings.kafka().bootstrapServers(), topic);
  }

  /// Which rights are missing, each with the command that gives it.
  ///
  /// @param published whether clients may publish to a namespace
  List<Remark> rights(Predicate<String> published, int timeoutMs) {
    if (!hasAuthorizer(timeoutMs)) {
      return List.of(Remark.ok("the brokers have no authorizer: everybody may do everything"));
    }
    List<Remark> remarks = new ArrayList<>();
    denied.forEach(topic ->
        remarks.add(
            Remark.error(
                missingAcls(Set.of(AclOperation.DESCRIBE), topic),
                grant(demands.rights(topic), topic))));
    found.forEach((topic, description) -> {
      Set<AclOperation> lacking = new LinkedHashSet<>(demands.lacking(description));
      boolean publishes =
          demands.binding(topic).filter(it -> published.test(it.namespace())).isPresent();
      if (publishes && lacks(description, AclOperation.WRITE)) {
        lacking.add(AclOperation.WRITE);
      }
      if (!lacking.isEmpty()) {
        remarks.add(Remark.error(missingAcls(lacking, topic), grant(lacking, topic)));
      }
      lookedInto(description).ifPresent(remarks::add);
    });
    if (remarks.isEmpty()) {
      remarks.add(
          Remark.ok("what a node needs may be done with %d topics".formatted(found.size())));
    }
    return remarks;
  }

  /// What nodes write and only people read.
  private Optional<Remark> lookedInto(TopicDescription description) {
    String topic = description.name();
    String who =
        topic.equals(settings.kafka().deadLetterTopic())
            ? "GET /api/v1/dead-letters is 503"
            : topic.equals(settings.kafka().sessionsTopic())
                ? "'rebuild-sessions' does not work"
                : "";
    return who.isEmpty() || !lacks(description, AclOperation.READ)
        ? Optional.empty()
        : Optional.of(
            Remark.warning(
                demands.missingAcl(AclOperation.READ, topic) + ": " + who,
                grant(Set.of(AclOperation.READ), topic)));
  }

  private static boolean lacks(TopicDescription description, AclOperation right) {
    Set<AclOperation> given = description.authorizedOperations();
    return given != null && !given.contains(right);
  }

  private String missingAcls(Collection<AclOperation> rights, String topic) {
    return "missing ACL: %s on topic %s"
        .formatted(
            rights.stream().sorted().map(TopicDemands::aclName).collect(Collectors.joining(", ")),
            demands.named(topic));
  }

  private String grant(Collection<AclOperation> rights, String topic) {
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:NAME %s --topic '%s'"
        .formatted(
            settings.kafka().bootstrapServers(),
            rights.stream()
                .sorted()
                .map(it -> "--operation " + TopicDemands.aclName(it))
                .collect(Collectors.joining(" ")),
            topic);
  }

  /// Only who may look at ACLs is told of them; without an authorizer there are none to look at.
  private boolean hasAuthorizer(int timeoutMs) {
    AclBindingFilter some =
        new AclBindingFilter(
            new ResourcePatternFilter(
                ResourceType.TOPIC, settings.kafka().controlTopic(), PatternType.LITERAL),
            AccessControlEntryFilter.ANY);
    try {
      var _ =
          topics.get(
              topics
                  .admin()
                  .describeAcls(some, new DescribeAclsOptions().timeoutMs(timeoutMs))
                  .values(),
              deadline(timeoutMs));
      return true;
    } catch (SecurityDisabledException _) {
      return false;
    } catch (AuthorizationException _) {
      return true;
    }
  }

  private static long deadline(int timeoutMs) {
    return System.nanoTime() + timeoutMs * 1_000_000L;
  }
}
