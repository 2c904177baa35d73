package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.sluice.gateway.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What helm makes of the chart: nodes that Kubernetes can run, and that understand what they are
/// told. See [RenderedConfigTest] for where they are told it, and [RenderedScalingTest] for how
/// many there are, and who watches them.
@Tag("full")
final class RenderedChartTest {
  private static final String NAME = RenderedChartTest.class.getSimpleName();
  private static final String RELEASE = "web-sluice";
  private static final int EDGE = 8000;
  private static final int API = 9000;

  /// From the end of the waves to the end of the process, as `deploy/docs/operating.md` has it.
  private static final Duration CLOSING = Duration.ofSeconds(15);

  /// Everything that is off by default is on.
  private static final String EVERYTHING =
      """
      ipv6: true
      image: {digest: 'sha256:%s', pullSecrets: [{name: registry}]}
      tls: {secretName: edge-tls}
      javaOpts: -XX:-UseG1GC -XX:+UseZGC
      env: [{name: SLUICE_REDIS_URI, valueFrom: {secretKeyRef: {name: redis, key: uri}}}]
      secrets:
        redis.sentinel-password: {name: redis, key: sentinels}
        kafka.properties.sasl.jaas.config: {name: kafka, key: jaas}
      service: {type: LoadBalancer, port: 443, annotations: {a/b: c}, externalTrafficPolicy: Local}
      networkPolicy:
        edgeFrom: [{ipBlock: {cidr: 10.0.0.0/8}}]
        kafkaTo: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kafka}}}]
        redisTo: [{podSelector: {matchLabels: {app: redis}}}]
        extraEgress: [{ports: [{port: 4317, protocol: TCP}]}]
      autoscaling: {mode: hpa}
      monitoring:
        serviceMonitor: {enabled: true, labels: {release: prometheus}}
        rules: {enabled: true, labels: {release: prometheus}, runbooks: 'https://example.org/'}
        dashboard: {enabled: true}
      serviceAccount: {annotations: {a/b: c}}
      podAnnotations: {a/b: c}
      podLabels: {team: front}
      nodeSelector: {disk: ssd}
      tolerations: [{key: edge, operator: Exists}]
      affinity: {podAntiAffinity: {}}
      priorityClassName: high
      volumes: [{name: more, emptyDir: {}}]
      volumeMounts: [{name: more, mountPath: /more}]
      """
          .formatted("0".repeat(64));

  @TempDir private static Path secrets;

  private static Helm helm;

  @BeforeAll
  static void find() throws Exception {
    helm = Helm.find(NAME);
  }

  private static Stream<String> variants() {
    return Stream.of("", EVERYTHING, "autoscaling: {mode: keda}\n", "secrets: {api.key: null}\n");
  }

  @Test
  void helmHasNothingAgainstIt() throws Exception {
    for (String values : variants().toList()) {
      Helm.Answer answer = helm.lint(values);
      assertThat(answer.exit()).as(answer::toString).isZero();
    }
  }

  @Test
  void kubernetesReadsAllOfIt() throws Exception {
    for (String values : variants().toList()) {
      Rendered rendered = helm.render(values);
      assertThat(rendered.kinds()).contains("Deployment", "ConfigMap", "Service", "NetworkPolicy");
      rendered.all().forEach(KubernetesTypes::read);
    }
  }

  @Test
  void allOfItIsKnownByTheReleasesLabels() throws Exception {
    Rendered rendered = helm.render(EVERYTHING);
    Map<String, String> labels =
        Map.of("app.kubernetes.io/name", "sluice", "app.kubernetes.io/instance", "web");
    List<JsonNode> labelled = new ArrayList<>();
    rendered.all().forEach(resource -> labelled.add(resource.at("/metadata/labels")));
    JsonNode deployment = rendered.one("Deployment");
    labelled.add(deployment.at("/spec/selector/matchLabels"));
    labelled.add(deployment.at("/spec/template/metadata/labels"));
    labelled.add(rendered.one("PodDisruptionBudget").at("/spec/selector/matchLabels"));
    labelled.add(rendered.one("NetworkPolicy").at("/spec/podSelector/matchLabels"));
    labelled.add(rendered.one("ServiceMonitor").at("/spec/selector/matchLabels"));
    rendered.ofKind("Service").forEach(service -> labelled.add(service.at("/spec/selector")));
    for (JsonNode spread : rendered.pod().path("topologySpreadConstraints")) {
      labelled.add(spread.at("/labelSelector/matchLabels"));
    }
    assertThat(labelled)
        .hasSizeGreaterThan(15)
        .allSatisfy(has ->
            labels.forEach((key, value) -> assertThat(has.path(key).asText()).isEqualTo(value)));
  }

  /// Kubernetes counts from the beginning of preStop, and kills when the time is over.
  @ParameterizedTest
  @CsvSource({"5, 10s, 1m", "0, 500ms, 90s", "30, 0s, 0s", "7, 1500ms, 1h"})
  void nodesAreGivenTheTimeThatLeavingTakes(int preStop, String announce, String duration)
      throws Exception {
    Rendered rendered =
        helm.render(
            "drain: {preStopSeconds: %d, announce: %s, duration: %s}\n"
                .formatted(preStop, announce, duration));
    GatewayConfig config = rendered.config(secrets);
    Duration leaving =
        config.drain().announce().plus(config.drain().duration().multipliedBy(2)).plus(CLOSING);
    Duration sleep =
        Duration.ofSeconds(rendered.container().at("/lifecycle/preStop/sleep/seconds").asInt());
    Duration grace =
        Duration.ofSeconds(rendered.pod().path("terminationGracePeriodSeconds").asInt());

    assertThat(sleep).isEqualTo(Duration.ofSeconds(preStop));
    assertThat(grace)
        .isBetween(sleep.plus(leaving), sleep.plus(leaving).plus(Duration.ofSeconds(1)));
    JsonNode deployment = rendered.one("Deployment").path("spec");
    Duration moved = sleep.plus(config.drain().announce()).plus(config.drain().duration());
    Duration next = Duration.ofSeconds(deployment.path("minReadySeconds").asInt());
    assertThat(next).isBetween(moved, moved.plus(Duration.ofSeconds(1)));
    assertThat(Duration.ofSeconds(deployment.path("progressDeadlineSeconds").asInt()))
        .isGreaterThan(next.plus(starting(rendered)));
  }

  private static Duration starting(Rendered rendered) {
    JsonNode probe = rendered.container().path("startupProbe");
    return Duration.ofSeconds(
        probe.path("periodSeconds").asLong() * probe.path("failureThreshold").asLong());
  }

  @Test
  void aNodeUnderstandsWhatItIsTold() throws Exception {
    GatewayConfig config = helm.render("").config(secrets);
    assertThat(config.edge().host()).isEqualTo("0.0.0.0");
    assertThat(config.edge().port()).isEqualTo(EDGE);
    assertThat(config.edge().maxConnectionAge()).isZero();
    assertThat(config.api().host()).isEqualTo("0.0.0.0");
    assertThat(config.api().port()).isEqualTo(API);
    assertThat(config.api().address()).isEqualTo("http://10.1.2.3:9000");
    assertThat(config.api().key()).isEqualTo("api.key-secret");
    assertThat(config.tokens().hmacSecret()).startsWith("tokens.hmac-secret");
    assertThat(config.kafka().bootstrapServers()).isEqualTo("kafka:9092");
    assertThat(config.drain().announce()).isEqualTo(Duration.ofSeconds(10));
    assertThat(config.drain().duration()).isEqualTo(Duration.ofMinutes(1));
  }

  @Test
  void aNodeUnderstandsTheRestToo() throws Exception {
    Rendered rendered =
        helm.render(
            """
            ipv6: true
            connectionAge: 2h
            config:
              edge: {max-channels: 7, allowed-origins: ['https://app.example.org']}
              kafka:
                bootstrap-servers: a:9092,b:9092
                properties: {security.protocol: SASL_SSL, client.rack: r1}
              log: {levels: [io.sluice=debug]}
              namespaces:
                orders: {topic: orders, replay: {max-scan: 1000000}}
            secrets:
              redis.uri: {name: redis, key: uri}
              kafka.properties.sasl.jaas.config: {name: kafka, key: jaas}
            """);
    GatewayConfig config = rendered.config(secrets);
    assertThat(config.edge().host()).isEqualTo("::");
    assertThat(config.api().address()).isEqualTo("http://[fd00::7]:9000");
    assertThat(config.edge().maxChannels()).isEqualTo(7);
    assertThat(config.edge().maxConnectionAge()).isEqualTo(Duration.ofHours(2));
    assertThat(config.edge().allowedOrigins()).containsExactly("https://app.example.org");
    assertThat(config.redis().uri()).isEqualTo("redis://redis:6379");
    assertThat(config.kafka().properties())
        .containsEntry("security.protocol", "SASL_SSL")
        .containsEntry("client.rack", "r1")
        .containsEntry("sasl.jaas.config", "kafka.properties.sasl.jaas.config-secret");
    assertThat(config.namespaces()).containsOnlyKeys("orders");
  }

  @Test
  void filesAreWhereTheConfigurationLooksForThem() throws Exception {
    Rendered rendered = helm.render(EVERYTHING);
    Map<String, String> mounted = new HashMap<>();
    for (JsonNode mount : rendered.container().path("volumeMounts")) {
      mounted.put(mount.path("mountPath").asText(), mount.path("name").asText());
    }
    List<String> volumes = rendered.pod().path("volumes").findValuesAsText("name");
    assertThat(mounted)
        .containsKeys(
            "/etc/sluice", Rendered.SECRETS, "/run/secrets/sluice-tls", "/var/lib/sluice", "/tmp");
    assertThat(volumes).containsAll(mounted.values());
    assertThat(Rendered.texts(rendered.container().path("args")))
        .containsExactly("gateway", "--config", "/etc/sluice/sluice.yaml");
    assertThat(rendered.sluiceYaml())
        .contains("certificate: /run/secrets/sluice-tls/tls.crt")
        .contains("key: /run/secrets/sluice-tls/tls.key");
  }

  @Test
  void aPodIsAskedHowItsNodeIs() throws Exception {
    JsonNode container = helm.render("").container();
    Map<String, String> probes =
        Map.of("startupProbe", "started", "livenessProbe", "live", "readinessProbe", "ready");
    probes.forEach((probe, check) -> {
      assertThat(container.at("/" + probe + "/httpGet/path").asText())
          .isEqualTo("/health/" + check);
      assertThat(container.at("/" + probe + "/httpGet/port").asText()).isEqualTo("api");
    });
    assertThat(container.path("ports").findValuesAsText("name")).containsExactly("edge", "api");
    assertThat(container.at("/ports/0/containerPort").asInt()).isEqualTo(EDGE);
    assertThat(container.at("/ports/1/containerPort").asInt()).isEqualTo(API);
    JsonNode live = container.path("livenessProbe");
    Duration patience =
        Duration.ofSeconds(
            live.path("periodSeconds").asLong() * live.path("failureThreshold").asLong());
    Duration watchdog = helm.render("").config(secrets).watchdog().exitAfter();
    assertThat(patience).as("a node that hangs ends by itself first").isGreaterThan(watchdog);
  }

  @Test
  void aPodHasNoRightsAndWritesNowhereElse() throws Exception {
    Rendered rendered = helm.render("");
    JsonNode pod = rendered.pod();
    assertThat(pod.path("automountServiceAccountToken").asBoolean(true)).isFalse();
    assertThat(pod.path("enableServiceLinks").asBoolean(true)).isFalse();
    JsonNode who = pod.path("securityContext");
    assertThat(who.path("runAsNonRoot").asBoolean()).isTrue();
    assertThat(who.path("runAsUser").asInt()).isEqualTo(10_001);
    assertThat(who.at("/seccompProfile/type").asText()).isEqualTo("RuntimeDefault");
    JsonNode may = rendered.container().path("securityContext");
    assertThat(may.path("allowPrivilegeEscalation").asBoolean(true)).isFalse();
    assertThat(may.path("readOnlyRootFilesystem").asBoolean()).isTrue();
    assertThat(Rendered.texts(may.at("/capabilities/drop"))).containsExactly("ALL");
  }

  @ParameterizedTest
  @CsvSource({"2, 2Gi, 50, 1024, 2", "1500m, 1536Mi, 60, 921, 2", "0.5, 4Gi, 75, 3072, 1"})
  void theHeapIsAShareOfTheMemoryAndLoopsAreAsManyAsCpus(
      String cpu, String memory, int percent, int heap, int cores) throws Exception {
    Rendered rendered =
        helm.render(
            "heapPercent: %d\nresources: {requests: {cpu: %s, memory: %s}, limits: {memory: %s}}\n"
                .formatted(percent, cpu, memory, memory));
    String flags =
        rendered.container().path("env").findValuesAsText("value").stream()
            .filter(value -> value.startsWith("-"))
            .findFirst()
            .orElseThrow();
    assertThat(flags).isEqualTo("-Xmx%dm -XX:ActiveProcessorCount=%d".formatted(heap, cores));
  }

  @Test
  void nodesSpreadAndLeaveOneByOne() throws Exception {
    Rendered rendered = helm.render("");
    JsonNode spread = rendered.pod().path("topologySpreadConstraints");
    assertThat(spread.findValuesAsText("topologyKey"))
        .containsExactlyInAnyOrder("topology.kubernetes.io/zone", "kubernetes.io/hostname");
    JsonNode rolling = rendered.one("Deployment").at("/spec/strategy/rollingUpdate");
    assertThat(rolling.path("maxSurge").asInt()).isEqualTo(1);
    assertThat(rolling.path("maxUnavailable").asInt(1)).isZero();
    JsonNode budget = rendered.one("PodDisruptionBudget").path("spec");
    assertThat(budget.path("maxUnavailable").asInt()).isEqualTo(1);
    assertThat(budget.path("unhealthyPodEvictionPolicy").asText())
        .as("all at once are not evicted when Kafka is away and none is ready")
        .isEqualTo("IfHealthyBudget");
    assertThat(rendered.one("Deployment").at("/spec/replicas").asInt()).isEqualTo(3);
  }

  @Test
  void theEdgeIsOpenAndTheApiIsNot() throws Exception {
    JsonNode policy = helm.render("").one("NetworkPolicy").path("spec");
    assertThat(Rendered.texts(policy.path("policyTypes"))).containsExactly("Ingress", "Egress");
    JsonNode edge = ruleOf(policy.path("ingress"), EDGE);
    assertThat(edge.has("from")).as("everybody reaches the edge").isFalse();
    JsonNode api = ruleOf(policy.path("ingress"), API);
    assertThat(api.path("from")).hasSize(2);
    assertThat(api.at("/from/0/podSelector/matchLabels/app.kubernetes.io~1instance").asText())
        .as("the other nodes")
        .isEqualTo("web");
    assertThat(api.at("/from/0").has("namespaceSelector")).isFalse();
    assertThat(api.at("/from/1/namespaceSelector").isObject()).as("Prometheus").isTrue();
    for (int port : List.of(53, API, 9092, 6379)) {
      assertThat(ruleOf(policy.path("egress"), port).isObject()).isTrue();
    }
    assertThat(policy.path("egress")).as("and nothing else").hasSize(4);
  }

  /// Where spans and metrics would be dropped without a word from Kubernetes.
  @ParameterizedTest
  @CsvSource({
    "http://collector:4318, '', 4318",
    "'', https://otlp.example.com/v1/metrics, 443",
    "http://collector/v1/traces:9, '', 80",
    "'http://[fd00::7]:4318', '', 4318",
    "http://collector:4318, http://collector:4318, 4318"
  })
  void nodesReachTheCollectorsTheyAreToldOf(String traces, String metrics, int port)
      throws Exception {
    JsonNode policy =
        helm.render(
                "config: {tracing: {endpoint: '%s'}, metrics: {otlp-endpoint: '%s'}}\n"
                    .formatted(traces, metrics))
            .one("NetworkPolicy")
            .path("spec");
    assertThat(policy.path("egress")).hasSize(5);
    assertThat(ruleOf(policy.path("egress"), port).path("ports")).hasSize(1);
  }

  private static JsonNode ruleOf(JsonNode rules, int port) {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode rule : rules) {
      if (rule.path("ports").findValues("port").stream().anyMatch(it -> it.asInt() == port)) {
        found.add(rule);
      }
    }
    assertThat(found).as("rules of port %d", port).hasSize(1);
    return found.getFirst();
  }

  @Test
  void longNamesAreCut() throws Exception {
    Rendered rendered = helm.render("fullnameOverride: " + "a".repeat(80) + "\n");
    for (JsonNode resource : rendered.all()) {
      assertThat(resource.at("/metadata/name").asText()).hasSizeBetween(1, 63);
    }
    assertThat(helm.render("").one("Deployment").at("/metadata/name").asText()).isEqualTo(RELEASE);
  }

  /// Values, and what of them the refusal names.
  @ParameterizedTest
  @ValueSource(
      strings = {
        "anounce | drain: {anounce: 10s}",
        "announce | drain: {announce: 10}",
        "duration | drain: {duration: 1 minute}",
        "mode | autoscaling: {mode: both}",
        "replicas | replicas: 0",
        "memory | resources: {limits: {memory: 2000}}",
        "edge.max-channels | config: {edge.max-channels: 7}",
        "config: edge.x.max-channels | config: {edge.x: {max-channels: 7}}",
        "config: edge.tls.key | config: {edge: {tls.key: /k}}",
        "secrets: apikey | secrets: {apikey: {name: a, key: b}}",
        "config.drain | config: {drain: {announce: 1s}}",
        "config.edge.port | config: {edge: {port: 8001}}",
        "config.api.address | config: {api: {address: 'http://10.0.0.1:9000'}}",
        "config.node.id | config: {node: {id: a}}",
        "env: SLUICE_DRAIN_DURATION | env: [{name: SLUICE_DRAIN_DURATION, value: 5m}]",
        "env: SLUICE_JAVA_OPTS | env: [{name: SLUICE_JAVA_OPTS, value: -Xmx2g}]",
        "config.edge.tls | {tls: {secretName: a}, config: {edge: {tls: {key: /k}}}}",
        "config.tokens.hmac-secret | {config: {tokens: {hmac-secret: aaaa}}, secrets: {tokens.hmac-secret: null}}",
        "config.api.key | config: {api: {key: 'env:API_KEY'}}",
        "networkPolicy.kafkaPorts | config: {kafka: {bootstrap-servers: 'a:9092,b:9093'}}",
        "connectionAge | {connectionAge: 0s, autoscaling: {mode: hpa}}",
        "connectionAge | {connectionAge: 0m, autoscaling: {mode: keda}}",
        "autoscaling.max | autoscaling: {mode: hpa, max: 2}",
        "autoscaling.tailerLateSeconds | autoscaling: {mode: keda, tailerLateSeconds: 30}",
        "autoscaling.tailerLateSeconds | {config: {kafka: {ready-lag: 10s}}, autoscaling: {mode: hpa}}",
        "autoscaling.connections | {config: {edge: {max-connections: 20000}}, autoscaling: {mode: hpa}}",
        "cpuPercent | autoscaling: {mode: hpa, cpuPercent: 0, connections: 0, outboxMebibytes: 0, tailerLateSeconds: 0}"
      })
  void whatIsWrongIsRefusedByName(String named) throws Exception {
    String[] parts = named.split(" \\| ", 2);
    Helm.Answer answer = helm.template(parts[1] + "\n");
    assertThat(answer.exit()).as(answer::toString).isNotZero();
    assertThat(String.join("\n", answer.err())).contains(parts[0]);
  }
}
