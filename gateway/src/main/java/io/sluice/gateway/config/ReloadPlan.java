package io.sluice.gateway.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/// What becomes of a running node's configuration when another one is asked for: the keys that can
/// be taken over are, and the others stay. Pure.
///
/// @param next the running one with what is taken over
/// @param taken what that changes
/// @param waiting what needs a restart
public record ReloadPlan(GatewayConfig next, List<ConfigChange> taken, List<ConfigChange> waiting) {
  public ReloadPlan {
    taken = List.copyOf(taken);
    waiting = List.copyOf(waiting);
  }

  /// Compares.
  ///
  /// @throws ConfigException when what would be taken over does not go with what stays
  public static ReloadPlan of(GatewayConfig running, GatewayConfig asked) {
    Map<String, String> before = running.values();
    Map<String, String> wanted = asked.values();
    SortedMap<String, String> merged = new TreeMap<>(before);
    List<ConfigChange> taken = new ArrayList<>();
    List<ConfigChange> waiting = new ArrayList<>();
    Set<String> keys = new LinkedHashSet<>(before.keySet());
    keys.addAll(wanted.keySet());
    for (String key : keys) {
      if (Objects.equals(before.get(key), wanted.get(key)) || isOfAnother(key, running, asked)) {
        continue;
      }
      ConfigChange change =
          new ConfigChange(
              key,
              running.settings().getOrDefault(key, ""),
              asked.settings().getOrDefault(key, ""));
      if (Reloadable.isLive(key)) {
        merged.put(key, wanted.getOrDefault(key, ""));
        taken.add(change);
      } else {
        waiting.add(change);
      }
    }
    namespaces(running, asked, waiting);
    return new ReloadPlan(GatewayConfig.of(merged), taken, waiting);
  }

  /// A namespace that only one of the two has is told of as a whole.
  private static void namespaces(
      GatewayConfig running, GatewayConfig asked, List<ConfigChange> waiting) {
    for (String name : running.namespaces().keySet()) {
      if (!asked.namespaces().containsKey(name)) {
        waiting.add(new ConfigChange("namespaces." + name, "there", ""));
      }
    }
    for (String name : asked.namespaces().keySet()) {
      if (!running.namespaces().containsKey(name)) {
        waiting.add(new ConfigChange("namespaces." + name, "", "there"));
      }
    }
  }

  private static boolean isOfAnother(String key, GatewayConfig running, GatewayConfig asked) {
    if (!key.startsWith("namespaces.")) {
      return false;
    }
    String name = key.split("\\.", 3)[1];
    return !running.namespaces().containsKey(name) || !asked.namespaces().containsKey(name);
  }
}
