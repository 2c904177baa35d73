package io.sluice.perf.stress;

import java.util.ArrayList;
import java.util.List;

/// What repeats a run, as one would type it. Names of hosts are told, secrets are not: neither
/// keys, nor who logs in to an address, nor what stands behind a `?`.
final class Invocation {
  private static final String PLAIN = "[\\w./+,@%:=-]+";

  private Invocation() {}

  static String of(StressPlan plan) {
    List<String> words = new ArrayList<>(List.of("./sluice", "stress", plan.scenario().label()));
    if (plan.scale() != 1) {
      words.addAll(List.of("--scale", Double.toString(plan.scale())));
    }
    plan.stated().forEach(it -> words.addAll(List.of("--goal", quoted(it))));
    StressTarget where = plan.where();
    if (where != null) {
      secret(words, "SLUICE_TOKENS_HMAC_SECRET", where.secret());
      secret(words, "SLUICE_API_KEY", where.key());
      where.edges().forEach(it -> words.addAll(List.of("--edge", told(it.toString()))));
      where.apis().forEach(it -> words.addAll(List.of("--api", told(it.toString()))));
      option(words, "--kafka", where.kafka());
      option(words, "--redis", where.redis());
    }
    return String.join(" ", words);
  }

  private static void secret(List<String> words, String variable, String value) {
    if (!value.isEmpty()) {
      words.addFirst(variable + "=...");
    }
  }

  private static void option(List<String> words, String name, String value) {
    if (!value.isEmpty()) {
      words.addAll(List.of(name, told(value)));
    }
  }

  private static String told(String address) {
    return quoted(withoutSecrets(address));
  }

  /// An address without who logs in to it, and without its query.
  static String withoutSecrets(String address) {
    return address.replaceAll("//[^/]*@", "//...@").replaceAll("\\?.*", "?...");
  }

  private static String quoted(String word) {
    return word.matches(PLAIN) ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
