package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What would be refused by Kubernetes, or passed over, is an error.
final class KubernetesTypesTest {
  private static final String GOOD =
      """
      apiVersion: keda.sh/v1alpha1
      kind: ScaledObject
      metadata: {name: a}
      spec:
        scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: a}
        minReplicaCount: 3
        advanced:
          horizontalPodAutoscalerConfig: {behavior: {scaleUp: {stabilizationWindowSeconds: 30}}}
        triggers:
          - {type: prometheus, name: b, metricType: Value, metadata: {threshold: "20", query: up}}
      ---
      apiVersion: monitoring.coreos.com/v1
      kind: ServiceMonitor
      metadata: {name: a}
      spec:
        jobLabel: job
        selector: {matchLabels: {a: b}}
        endpoints: [{port: api, relabelings: [{action: labeldrop, regex: namespace}]}]
      ---
      apiVersion: monitoring.coreos.com/v1
      kind: PrometheusRule
      metadata: {name: a}
      spec: {groups: [{name: a, rules: [{alert: A, expr: up == 0, for: 2m, labels: {severity: page}}]}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: a}
      spec: {publishNotReadyAddresses: true, ports: [{name: edge, port: 8000, targetPort: edge}]}
      """;

  @Test
  void whatIsRightIsRead() {
    List<JsonNode> all = Rendered.of(GOOD).all();
    assertThat(all).hasSize(4);
    all.forEach(KubernetesTypes::read);
  }

  @ParameterizedTest
  @CsvSource({
    "minReplicaCount: 3, minReplicas: 3",
    "minReplicaCount: 3, minReplicaCount: three",
    "scaleTargetRef:, scaleTarget:",
    "stabilizationWindowSeconds, stabilizationSeconds",
    "metricType, metric",
    "threshold, treshold",
    "'\"20\"', 20",
    "jobLabel, job",
    "matchLabels, labels",
    "relabelings, relabelConfigs",
    "'regex:', 'regexp:'",
    "'for:', 'during:'",
    "'severity: page', 'severity: 1'",
    "'rules:', 'rule:'",
    "publishNotReadyAddresses, publishNotReady",
    "'port: 8000', 'port: edge'",
    "kind: ServiceMonitor, kind: ServiceMonitors"
  })
  void whatIsWrongIsAnError(String right, String wrong) {
    String broken = GOOD.replace(right, wrong);
    assertThat(broken).isNotEqualTo(GOOD);
    assertThatThrownBy(() -> Rendered.of(broken).all().forEach(KubernetesTypes::read))
        .isInstanceOf(AssertionError.class);
  }
}
