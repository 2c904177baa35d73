package io.sluice.perf;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Map;

/// Reads resources as Kubernetes' own types have them, and those of operators: a field that they do
/// not know, or a value of another kind, is an error.
final class KubernetesTypes {
  private static final Map<String, Class<?>> TYPES =
      Map.ofEntries(
          Map.entry("v1 ConfigMap", ConfigMap.class),
          Map.entry("v1 Service", Service.class),
          Map.entry("v1 ServiceAccount", ServiceAccount.class),
          Map.entry("apps/v1 Deployment", Deployment.class),
          Map.entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
          Map.entry("networking.k8s.io/v1 Ingress", Ingress.class),
          Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
          Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
          Map.entry("keda.sh/v1alpha1 ScaledObject", OperatorTypes.ScaledObject.class),
          Map.entry("monitoring.coreos.com/v1 PrometheusRule", OperatorTypes.PrometheusRule.class),
          Map.entry("monitoring.coreos.com/v1 ServiceMonitor", OperatorTypes.ServiceMonitor.class));

  private static final ObjectMapper STRICT =
      JsonMapper.builder()
          .annotationIntrospector(new NothingElse())
          .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
          .withCoercionConfig(
              LogicalType.Textual,
              texts -> {
                texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                texts.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                texts.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
              })
          .build();

  private KubernetesTypes() {}

  /// The types keep fields that they do not know. Here these are errors.
  private static final class NothingElse extends JacksonAnnotationIntrospector {
    private static final long serialVersionUID = 1;

    @Override
    public Boolean hasAnySetter(Annotated where) {
      return false;
    }
  }

  /// Fails where Kubernetes would refuse to read it.
  static void read(JsonNode resource) {
    String type = resource.path("apiVersion").asText() + " " + resource.path("kind").asText();
    Class<?> known = TYPES.get(type);
    if (known == null) {
      throw new AssertionError("no type of Kubernetes that a chart of Sluice needs: " + type);
    }
    try {
      Object read = STRICT.treeToValue(resource, known);
      assertThat(read).as(type).isNotNull();
    } catch (JsonProcessingException e) {
      throw new AssertionError(type + " " + resource.at("/metadata/name"), e);
    }
  }
}
