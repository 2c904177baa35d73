package io.sluice.broker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.sluice.embedded.EmbeddedKafka;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// On a broker with TLS, SASL and an authorizer that grants nothing by itself: which rights a node
/// needs, and that each missing one is named.
class RightsTest {
  private static final PublishSettings PUBLISH =
      new PublishSettings(
          100,
          ByteSize.mib(1),
          Duration.ofSeconds(1),
          Duration.ofSeconds(4),
          Duration.ofSeconds(2));
  private static final TopicBinding ORDERS = TopicBinding.of("shop", "orders");

  private static EmbeddedKafka kafka;

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final BridgeMetrics metrics = new BridgeMetrics(meters);

  @BeforeAll
  static void start() {
    kafka =
        EmbeddedKafka.builder()
            .secured()
            .brokerProperty(
                "authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
            .brokerProperty(
                "super.users", "User:ANONYMOUS") // the plain listener: broker and set-up
            .start();
  }

  @AfterAll
  static void stop() {
    kafka.close();
  }

  @Test
  void eachMissingRightIsNamedUntilTheDocumentedOnesSuffice() throws Exception {
    refused(true, "missing ACL: Describe on topic 'orders' (namespaces.shop.topic)");
    for (String topic : List.of("orders", "control", "dead", "ledger")) {
      allow(topic, AclOperation.DESCRIBE);
    }
    refused(true, "missing ACL: Create on topic 'control' (kafka.control-topic)");
    kafka.createTopic("orders", 3, Map.of());
    kafka.createTopic("control", 1, Map.of("message.timestamp.type", "LogAppendTime"));
    kafka.createTopic("dead", 1, Map.of("cleanup.policy", "compact"));
    kafka.createTopic("ledger", 1, Map.of("cleanup.policy", "compact"));
    refused(
        false,
        "missing ACL: Read on topic 'orders'",
        "missing ACL: DescribeConfigs on topic 'orders'",
        "missing ACL: Write on topic 'control'",
        "missing ACL: Write on topic 'dead'",
        "missing ACL: Read on topic 'ledger'",
        "missing ACL: Write on topic 'ledger'");
    allow("orders", AclOperation.READ, AclOperation.DESCRIBE_CONFIGS);
    allow("control", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    allow("dead", AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    allow("ledger", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    List<TopicState> topics =
        await()
            .ignoreExceptionsInstanceOf(BridgeStartException.class)
            .until(() -> start(settings(false)), it -> it.size() == 1);

    ClientProperties clients = new ClientProperties(settings(false), "n1");
    new PartitionerCheck(
            isolation -> new KafkaConsumer<>(clients.consumer("check", isolation, ByteSize.mib(4))),
            new LedgerBook())
        .check(topics);
    assertThat(await().until(() -> publish(clients), PublishOutcome.Rejected.class::isInstance))
        .isEqualTo(
            new PublishOutcome.Rejected(
                "this node may not write to topic 'orders': ACL Write is missing"));
    allow("orders", AclOperation.WRITE);
    await().until(() -> publish(clients) instanceof PublishOutcome.Acknowledged);
    choresWork(clients);
  }

  @Test
  void aLookNamesWhatIsMissingOfEachTopicWithTheCommandThatGrantsIt() throws Exception {
    kafka.createTopic("looked-at", 3, Map.of());
    kafka.createTopic("l-control", 1, Map.of("message.timestamp.type", "LogAppendTime"));
    kafka.createTopic("l-dead", 1, Map.of("cleanup.policy", "compact"));
    kafka.createTopic("l-ledger", 1, Map.of("cleanup.policy", "compact"));
    allow("looked-at", AclOperation.READ, AclOperation.DESCRIBE_CONFIGS);
    allow("l-control", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    allow("l-dead", AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    await()
        .ignoreExceptionsInstanceOf(BridgeStartException.class)
        .untilAsserted(() ->
            assertThat(looked(false))
                .containsExactlyInAnyOrder(
                    Remark.error(
                        "missing ACL: Describe on topic 'l-ledger' (kafka.ledger-topic)",
                        grant("--operation Read --operation Write --operation DescribeConfigs")
                            + " --topic 'l-ledger'"),
                    Remark.warning(
                        "missing ACL: Read on topic 'l-dead' (kafka.dead-letter-topic): GET /api/v1/dead-letters is 503",
                        grant("--operation Read") + " --topic 'l-dead'")));
    assertThat(looked(true))
        .contains(
            Remark.error(
                "missing ACL: Write on topic 'looked-at' (namespaces.shop.topic)",
                grant("--operation Write") + " --topic 'looked-at'"));
    allow("l-ledger", AclOperation.READ, AclOperation.WRITE, AclOperation.DESCRIBE_CONFIGS);
    allow("l-dead", AclOperation.READ);
    await()
        .untilAsserted(() ->
            assertThat(looked(false))
                .containsExactly(Remark.ok("what a node needs may be done with 4 topics")));
  }

  private static String grant(String operations) {
    return "kafka-acls.sh --bootstrap-server %s --add --allow-principal User:NAME %s"
        .formatted(kafka.securedBootstrapServers(), operations);
  }

  private static List<Remark> looked(boolean published) {
    BridgeSettings settings =
        new BridgeSettings(
            new KafkaSettings(
                kafka.securedBootstrapServers(),
                kafka.securedClientProperties(),
                false,
                3,
                (short) -1,
                "l-control",
                "l-dead",
                "l-ledger",
                255,
                ByteSize.mib(16)),
            new WindowSettings(ByteSize.mib(128), Duration.ofMinutes(10), ByteSize.mib(8)),
            PUBLISH,
            new ReplaySettings(2),
            List.of(TopicBinding.of("shop", "looked-at")));
    try (KafkaLook look = KafkaLook.open(settings)) {
      return look.rights(_ -> published);
    }
  }

  @Test
  void refusedPasswordIsNamedAndNotShown() {
    Map<String, String> wrong = new HashMap<>(kafka.securedClientProperties());
    wrong.compute(
        "sasl.jaas.config",
        (_, it) -> String.valueOf(it).replaceAll("password=\".", "password=\"!"));
    KafkaSettings settings =
        new KafkaSettings(
            kafka.securedBootstrapServers(),
            wrong,
            false,
            3,
            (short) -1,
            "control",
            "dead",
            "ledger",
            255,
            ByteSize.mib(16));
    assertThatThrownBy(() -> start(settings))
        .isInstanceOf(BridgeStartException.class)
        .hasMessageContaining("login or TLS with kafka.properties failed")
        .hasMessageNotContaining("!");
  }

  /// A right that was just granted reaches the broker a moment later, hence the waiting.
  private static void refused(boolean create, String... messages) {
    await()
        .untilAsserted(() ->
            assertThatThrownBy(() -> start(settings(create)))
                .isInstanceOf(BridgeStartException.class)
                .message()
                .contains(messages));
  }

  private void choresWork(ClientProperties clients) {
    RenewingProducer chores =
        new RenewingProducer("chores", () -> new KafkaProducer<>(clients.chores()), metrics);
    ControlPlane control =
        new ControlPlane(
            new NodeInfo("n1", Instant.EPOCH, "", "", ""),
            ControlListener.NONE,
            () -> NodeLoad.NONE,
            "control",
            () ->
                new KafkaConsumer<>(
                    clients.consumer("control", Isolation.READ_UNCOMMITTED, ByteSize.mib(1))),
            chores,
            new Telling(chores),
            metrics);
    DeadLetters letters =
        new DeadLetters("dead", chores, control::isDuty, (_, _, _) -> true, metrics);
    try (chores;
        control;
        letters) {
      control.start();
      letters.start();
      letters.offer(
          ORDERS, 0, 0, 0, null, null, 0, DeadLetterReason.NO_KEY, "the record has no key");
      await().until(control::seesItself);
      await().until(() -> meters.counter("sluice.dead.letters.written").count() == 1);
    }
  }

  private PublishOutcome publish(ClientProperties clients) {
    RenewingProducer producer =
        new RenewingProducer(
            "publisher", () -> new KafkaProducer<>(clients.publisher(PUBLISH)), metrics);
    try (Publisher publisher =
        new Publisher(
            PUBLISH,
            producer,
            _ -> 3,
            (_, partition) -> "epoch-" + partition,
            new PublishGates(
                PUBLISH, List.of(), _ -> CompletableFuture.completedFuture(false), metrics),
            metrics)) {
      publisher.start();
      return publisher
          .publish(
              ORDERS,
              ORDERS.channel("42"),
              "{}".getBytes(UTF_8),
              Map.of(),
              Optional.empty(),
              Optional.empty())
          .toCompletableFuture()
          .orTimeout(10, TimeUnit.SECONDS)
          .join();
    }
  }

  private static List<TopicState> start(KafkaSettings settings) {
    try (Topics topics = new Topics(settings, PUBLISH, new ClientProperties(settings, "n1"))) {
      return topics.start(List.of(ORDERS));
    }
  }

  private static KafkaSettings settings(boolean create) {
    return new KafkaSettings(
        kafka.securedBootstrapServers(),
        kafka.securedClientProperties(),
        create,
        3,
        (short) -1,
        "control",
        "dead",
        "ledger",
        255,
        ByteSize.mib(16));
  }

  private static void allow(String topic, AclOperation... operations) throws Exception {
    ResourcePattern resource = new ResourcePattern(ResourceType.TOPIC, topic, PatternType.LITERAL);
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
      for (AclOperation operation : operations) {
        AccessControlEntry entry =
            new AccessControlEntry("User:sluice", "*", operation, AclPermissionType.ALLOW);
        admin.createAcls(List.of(new AclBinding(resource, entry))).all().get();
      }
    }
  }
}
