package io.sluice.perf;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscalerBehavior;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The types of operators that a chart of Sluice needs, KEDA's and those of Prometheus' operator:
/// of the fields that their definitions (CRDs) have those that it may use. For [KubernetesTypes],
/// to which any other is an error.
final class OperatorTypes {
  private OperatorTypes() {}

  /// `keda.sh/v1alpha1`.
  record ScaledObject(String apiVersion, String kind, ObjectMeta metadata, Scaling spec) {}

  record Scaling(
      ScaleTarget scaleTargetRef,
      @Nullable Integer pollingInterval,
      @Nullable Integer cooldownPeriod,
      @Nullable Integer initialCooldownPeriod,
      @Nullable Integer idleReplicaCount,
      @Nullable Integer minReplicaCount,
      @Nullable Integer maxReplicaCount,
      @Nullable Advanced advanced,
      List<Trigger> triggers) {}

  record ScaleTarget(
      String apiVersion, String kind, String name, @Nullable String envSourceContainerName) {}

  record Advanced(
      @Nullable Boolean restoreToOriginalReplicaCount,
      @Nullable ScalersConfig horizontalPodAutoscalerConfig) {}

  record ScalersConfig(@Nullable String name, @Nullable HorizontalPodAutoscalerBehavior behavior) {}

  record Trigger(
      String type,
      @Nullable String name,
      @Nullable String metricType,
      @Nullable Boolean useCachedMetrics,
      TriggerMetadata metadata) {}

  /// That of the triggers `cpu` and `prometheus`; all of it is text.
  record TriggerMetadata(
      @Nullable String value,
      @Nullable String containerName,
      @Nullable String serverAddress,
      @Nullable String query,
      @Nullable String threshold,
      @Nullable String activationThreshold,
      @Nullable String ignoreNullValues,
      @Nullable String timeout) {}

  /// `monitoring.coreos.com/v1`.
  record ServiceMonitor(String apiVersion, String kind, ObjectMeta metadata, Monitored spec) {}

  record Monitored(
      @Nullable String jobLabel,
      @Nullable List<String> targetLabels,
      @Nullable List<String> podTargetLabels,
      LabelSelector selector,
      List<Endpoint> endpoints) {}

  record Endpoint(
      @Nullable String port,
      @Nullable String path,
      @Nullable String scheme,
      @Nullable String interval,
      @Nullable String scrapeTimeout,
      @Nullable Boolean honorLabels,
      @Nullable List<Relabeling> relabelings,
      @Nullable List<Relabeling> metricRelabelings) {}

  record Relabeling(
      @Nullable List<String> sourceLabels,
      @Nullable String separator,
      @Nullable String targetLabel,
      @Nullable String regex,
      @Nullable String replacement,
      @Nullable String action) {}

  /// `monitoring.coreos.com/v1`.
  record PrometheusRule(String apiVersion, String kind, ObjectMeta metadata, Groups spec) {}

  record Groups(List<Group> groups) {}

  record Group(
      String name,
      @Nullable String interval,
      @Nullable Map<String, String> labels,
      List<Rule> rules) {}

  record Rule(
      @Nullable String alert,
      @Nullable String record,
      String expr,
      @JsonProperty("for") @Nullable String pending,
      @JsonProperty("keep_firing_for") @Nullable String keepFiringFor,
      @Nullable Map<String, String> labels,
      @Nullable Map<String, String> annotations) {}
}
